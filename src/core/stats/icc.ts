import type { Cluster } from './clustered.ts';

/**
 * How alike answers to one probe are taken to be where no data says so: clustering on the question multiplies the standard error by 2.5, the
 * median of 18 published runs of 50 answers to each question, and 1 + 49 icc = 2.5^2. Single runs have up to 0.2
 * (test/unit/clustered-published.test.ts).
 */
export const PUBLISHED_ICC = (2.5 ** 2 - 1) / 49;

/**
 * How alike answers to one probe are: the intra-cluster correlation of a yes-or-no outcome by analysis of variance,
 * (MSB - MSW) / (MSB + (n0 - 1) MSW), with n0 = (N - sum n^2 / N) / (G - 1) (Donner 1986, International Statistical Review 54:67;
 * Ridout, Demetrio and Firth 1999, Biometrics 55:137). 0 is independent, 1 is all the same; may be a little below 0 by chance.
 * Undefined below two probes, without a probe that has two answers, and where all answers are the same.
 */
export function intraclusterCorrelation(all: readonly Cluster[]): number | undefined {
  const clusters = all.filter(({ n }) => n > 0);
  const G = clusters.length;
  const N = clusters.reduce((sum, { n }) => sum + n, 0);
  if (G < 2 || N <= G) return undefined;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / N;
  const between = clusters.reduce((sum, { hits, n }) => sum + n * (hits / n - rate) ** 2, 0) / (G - 1);
  const within = clusters.reduce((sum, { hits, n }) => sum + hits * (1 - hits / n), 0) / (N - G);
  const typical = (N - clusters.reduce((sum, { n }) => sum + n ** 2, 0) / N) / (G - 1);
  const whole = between + (typical - 1) * within;
  return whole <= Number.EPSILON ? undefined : (between - within) / whole;
}
