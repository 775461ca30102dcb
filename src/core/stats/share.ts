import { clopperPearson, LEVEL, zFactor, type Limits } from './quantiles.ts';

/** A share of independent answers with its interval; `low <= rate <= high`, all within 0..1. */
export interface Share extends Limits {
  readonly rate: number;
  /** How many were hit, and how many there were. */
  readonly hits: number;
  readonly n: number;
}

/**
 * Wilson's score limits for a share `rate` of `n`, which may be a fraction, with `factor` standard errors to each side
 * (Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, method 3).
 */
export function wilsonLimits(rate: number, n: number, factor = zFactor()): Limits {
  const square = factor ** 2;
  const centre = (rate + square / (2 * n)) / (1 + square / n);
  const half = (factor * Math.sqrt((rate * (1 - rate)) / n + square / (4 * n ** 2))) / (1 + square / n);
  return {
    low: Math.min(rate, Math.max(0, centre - half)),
    high: Math.max(rate, Math.min(1, centre + half)),
  };
}

/**
 * A share with Wilson's interval. For independent answers only, as a judge's on single answers; answers to several probes
 * go to `clusteredRate`. Undefined for no answers.
 */
export function wilson(hits: number, n: number, level = LEVEL): Share | undefined {
  if (n <= 0) return undefined;
  return { rate: hits / n, hits, n, ...wilsonLimits(hits / n, n, zFactor(level)) };
}

/** A share with the exact binomial interval (Clopper and Pearson 1934): for the answers to one probe. Undefined for no answers. */
export function exactShare(hits: number, n: number, level = LEVEL): Share | undefined {
  if (n <= 0) return undefined;
  return { rate: hits / n, hits, n, ...clopperPearson(hits, n, level) };
}
