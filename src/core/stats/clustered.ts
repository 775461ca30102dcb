import type { Estimate } from '../results/types.ts';
import { clopperPearson, LEVEL, tFactor } from './quantiles.ts';

/** Answers of one cluster (probe): how many are in the denominator, and how many of them are hits. */
export interface Cluster {
  readonly n: number;
  readonly hits: number;
}

export function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/**
 * Cluster-robust variance of a share p = sum(hits) / sum(n): G/(G-1) sum_g (hits_g - p n_g)^2 / N^2.
 * Miller 2024 (arXiv 2411.00640, eq. 4) with the usual finite-cluster factor G/(G-1); unequal cluster sizes are
 * handled as in the linearised ratio estimator (Cochran 1977, 2.11). Undefined below two clusters
 * with answers.
 */
export function clusteredVariance(all: readonly Cluster[]): number | undefined {
  const clusters = all.filter(({ n }) => n > 0);
  const total = clusters.reduce((sum, { n }) => sum + n, 0);
  const hits = clusters.reduce((sum, cluster) => sum + cluster.hits, 0);
  const G = clusters.length;
  if (G < 2 || total === 0) return undefined;
  const rate = hits / total;
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.hits - rate * cluster.n) ** 2, 0);
  return ((G / (G - 1)) * squares) / total ** 2;
}

/** Square root of `clusteredVariance`. Nothing but tests uses it, to set it against `naiveError` on published answers. */
export function clusteredError(clusters: readonly Cluster[]): number | undefined {
  const variance = clusteredVariance(clusters);
  return variance === undefined ? undefined : Math.sqrt(variance);
}

/** The standard error that takes all answers as independent, sqrt(p (1 - p) / N): too small, and in no interval. For tests. */
export function naiveError(clusters: readonly Cluster[]): number | undefined {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return undefined;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
  return Math.sqrt((rate * (1 - rate)) / n);
}

/**
 * How many independent answers the answers are worth: p (1-p) / SE^2 (Kish's effective sample size), lessened by (t(n-1) / t(G-1))^2
 * because a few clusters say little of their own spread, and at most n (Korn and Graubard 1998, Survey Methodology 24:193). Where
 * nothing or everything was hit, or all clusters agree, SE says nothing and n takes its place.
 */
export function worthOf(all: readonly Cluster[], level = LEVEL): number {
  const clusters = all.filter(({ n }) => n > 0);
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const G = clusters.length;
  if (G < 2 || n < 2) return n;
  const variance = clusteredVariance(clusters) ?? 0;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
  const independent = variance <= Number.EPSILON ? n : (rate * (1 - rate)) / variance;
  return Math.min(n, independent * (tFactor(n - 1, level) / tFactor(G - 1, level)) ** 2);
}

/**
 * A share with its interval (95% unless told), clustered on the probe: rate +- t(G-1) SE, cut to 0..1. Where SE is 0 (nothing or everything
 * was hit, or all clusters agree) or there is one cluster: the exact limits of Clopper and Pearson for `worthOf` answers (Korn and
 * Graubard 1998). No table shows it where SE is above 0: it misses rare shares (test/unit/coverage.test.ts), and `clusteredLogit`, which is
 * built on it, is what is shown. Undefined when there is nothing in the denominator.
 */
export function clusteredRate(all: readonly Cluster[], level = LEVEL): Estimate | undefined {
  const clusters = all.filter(({ n }) => n > 0);
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return undefined;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
  const worth = worthOf(clusters, level);
  const head = { rate, n, clusters: clusters.length, worth };
  const variance = clusteredVariance(clusters);
  if (variance === undefined || variance <= Number.EPSILON) {
    return { ...head, ...clopperPearson(rate * worth, worth, level), method: 'korn-graubard' };
  }
  const half = tFactor(clusters.length - 1, level) * Math.sqrt(variance);
  return { ...head, low: clip(rate - half, 0, 1), high: clip(rate + half, 0, 1), method: 'clustered-t' };
}
