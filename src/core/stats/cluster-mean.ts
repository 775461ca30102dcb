import { LEVEL, tFactor } from './quantiles.ts';
import type { Mean } from './mean.ts';

/** Values of one cluster (probe): how many, and their sum. */
export interface SumCluster {
  readonly n: number;
  readonly sum: number;
}

export interface ClusteredMean extends Mean {
  readonly clusters: number;
}

/**
 * `mean` from the sums of each cluster, where keeping every value would cost too much: SE^2 = G/(G-1) sum_g (sum_g - mean n_g)^2 / N^2
 * with t(G-1) (Miller 2024, arXiv 2411.00640, eq. 4). Without an interval below two clusters and where all clusters agree,
 * because a spread of nothing says nothing. Undefined for no values.
 */
export function clusteredMean(all: readonly SumCluster[], level = LEVEL): ClusteredMean | undefined {
  const clusters = all.filter(({ n }) => n > 0);
  const n = clusters.reduce((total, cluster) => total + cluster.n, 0);
  if (n === 0) return undefined;
  const value = clusters.reduce((total, { sum }) => total + sum, 0) / n;
  const G = clusters.length;
  const squares = clusters.reduce((total, cluster) => total + (cluster.sum - value * cluster.n) ** 2, 0);
  const standardError = G < 2 ? 0 : Math.sqrt((G / (G - 1)) * squares) / n;
  if (standardError <= Number.EPSILON) return { value, n, clusters: G };
  const half = tFactor(G - 1, level) * standardError;
  return { value, n, clusters: G, standardError, low: value - half, high: value + half };
}
