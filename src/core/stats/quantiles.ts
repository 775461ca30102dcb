import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Upper 97.5% point of Student's t: half-width factor of a two-sided 95% interval. */
export function t975(degreesOfFreedom: number): number {
  return tQuantile(0.975, degreesOfFreedom);
}

/** Clopper-Pearson 95% limits for `x` of `n`, both of which may be fractions (Korn and Graubard 1998 use that). */
export function clopperPearson(x: number, n: number): { low: number; high: number } {
  return {
    low: x <= 0 ? 0 : betaQuantile(0.025, x, n - x + 1),
    high: x >= n ? 1 : betaQuantile(0.975, x + 1, n - x),
  };
}
