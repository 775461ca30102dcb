import type { Estimate } from '../results/types.ts';
import { clopperPearson, LEVEL, tFactor, type Limits } from './quantiles.ts';

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

/** Square root of `clusteredVariance`. */
export function clusteredError(clusters: readonly Cluster[]): number | undefined {
  const variance = clusteredVariance(clusters);
  return variance === undefined ? undefined : Math.sqrt(variance);
}

/** The standard error that takes all answers as independent, sqrt(p (1 - p) / N): shown beside the clustered one, used for nothing. */
export function naiveError(clusters: readonly Cluster[]): number | undefined {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return undefined;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
  return Math.sqrt((rate * (1 - rate)) / n);
}

/**
 * Exact limits where the variance cannot be had, because nothing or everything was hit or all clusters agree:
 * Clopper-Pearson with the sample size reduced for the few clusters, n (t(n-1) / t(G-1))^2
 * (Korn and Graubard 1998, Survey Methodology 24:193, with design effect 1).
 */
function kornGraubard(rate: number, n: number, G: number, level: number): Limits {
  const effective =
    G < 2 || n < 2 ? n : n * Math.min(1, (tFactor(n - 1, level) / tFactor(G - 1, level)) ** 2);
  return clopperPearson(rate * effective, effective, level);
}

/**
 * A share with its interval (95% unless told), clustered on the probe: rate +- t(G-1) SE, cut to 0..1; Korn-Graubard limits
 * where SE is 0 or there is one cluster. Undefined when there is nothing in the denominator.
 */
export function clusteredRate(all: readonly Cluster[], level = LEVEL): Estimate | undefined {
  const clusters = all.filter(({ n }) => n > 0);
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return undefined;
  const rate = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
  const head = { rate, n, clusters: clusters.length };
  const variance = clusteredVariance(clusters);
  if (variance === undefined || variance <= Number.EPSILON) {
    return { ...head, ...kornGraubard(rate, n, clusters.length, level), method: 'korn-graubard' };
  }
  const half = tFactor(clusters.length - 1, level) * Math.sqrt(variance);
  return { ...head, low: clip(rate - half, 0, 1), high: clip(rate + half, 0, 1), method: 'clustered-t' };
}
