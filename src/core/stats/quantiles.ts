import erfcinv from '@stdlib/math-base-special-erfcinv';
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Limits of an interval. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

export const LEVEL = 0.95;

/** The point below which the share `p` of the standard normal distribution lies. */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** The share of the standard normal distribution below `z`: Student's t with very many degrees of freedom (10^9: right to 9 digits). */
export function normalShare(z: number): number {
  return tCdf(z, 1e9);
}

/** Half-width factor of a two-sided normal interval: 1.96 at 95%. */
export function zFactor(level = LEVEL): number {
  return normalQuantile((1 + level) / 2);
}

/** The point below which the share `p` of Student's t lies. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return tQuantile(p, degreesOfFreedom);
}

/** Half-width factor of a two-sided t interval. */
export function tFactor(degreesOfFreedom: number, level = LEVEL): number {
  return tQuantile((1 + level) / 2, degreesOfFreedom);
}

/** How likely Student's t is at least as far from 0 as `t`, on either side. */
export function tTails(t: number, degreesOfFreedom: number): number {
  return 2 * tCdf(-Math.abs(t), degreesOfFreedom);
}

/** Clopper-Pearson limits for `x` of `n`, both of which may be fractions (Korn and Graubard 1998 use that). */
export function clopperPearson(x: number, n: number, level = LEVEL): Limits {
  const tail = (1 - level) / 2;
  return {
    low: x <= 0 ? 0 : betaQuantile(tail, x, n - x + 1),
    high: x >= n ? 1 : betaQuantile(1 - tail, x + 1, n - x),
  };
}
