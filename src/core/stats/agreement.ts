import { clip } from './clustered.ts';
import { errorOf } from './influence.ts';
import { LEVEL, tFactor, zFactor, type Limits } from './quantiles.ts';
import { wilson, wilsonLimits, type Share } from './share.ts';

/** Two verdicts on one answer: what two judges said, or what is true and what a judge said. */
export type Pair = readonly [string, string];

/** A coefficient of agreement beyond chance: 1 is perfect, 0 is what chance gives; within -1..1. */
export interface Agreement extends Limits {
  readonly value: number;
  /** Answers that two or more judged. */
  readonly n: number;
  /** Share of the answers on which they agree, and the share that chance would give. */
  readonly observed: number;
  readonly chance: number;
  readonly standardError?: number;
}

export interface AgreementOptions {
  /** `clusters[i]` names the probe of pair i; without it, the pairs are taken as independent. */
  readonly clusters?: readonly string[];
  /** Every label there could have been; without it, those that were seen. Matters to AC1 only. */
  readonly labels?: readonly string[];
  readonly level?: number;
}

/** How often two agree, with Wilson's interval. Undefined for no pairs. */
export function rawAgreement(pairs: readonly Pair[], level = LEVEL): Share | undefined {
  return wilson(pairs.filter(([a, b]) => a === b).length, pairs.length, level);
}

/**
 * (observed - chance) / (1 - chance) with its t interval from each item's influence. Where all items contribute the same (all
 * agree), the interval is Wilson's for the observed agreement with chance held fixed: agreement on three answers is not certainty.
 */
export function beyondChance(
  parts: { observed: number; chance: number; influences: readonly number[] },
  { clusters, level = LEVEL }: AgreementOptions,
): Agreement {
  const { observed, chance, influences } = parts;
  const corrected = (share: number): number => (share - chance) / (1 - chance);
  const head = { value: corrected(observed), n: influences.length, observed, chance };
  const standard = errorOf(influences, clusters);
  if (standard === undefined || standard.error <= Number.EPSILON) {
    const n = clusters === undefined ? influences.length : new Set(clusters).size;
    const limits = wilsonLimits(observed, n, zFactor(level));
    return { ...head, low: clip(corrected(limits.low), -1, 1), high: clip(corrected(limits.high), -1, 1) };
  }
  const half = tFactor(standard.degreesOfFreedom, level) * standard.error;
  return {
    ...head,
    low: clip(head.value - half, -1, 1),
    high: clip(head.value + half, -1, 1),
    standardError: standard.error,
  };
}

/** Share of each label. */
export function sharesOf(labels: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const label of labels) shares.set(label, (shares.get(label) ?? 0) + 1);
  for (const [label, count] of shares) shares.set(label, count / labels.length);
  return shares;
}
