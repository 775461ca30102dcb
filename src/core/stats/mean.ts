import { LEVEL, tFactor } from './quantiles.ts';
import type { NumberPair } from './rank.ts';

export interface Mean {
  readonly value: number;
  readonly n: number;
  /** From two clusters that differ on: a spread of nothing says nothing. */
  readonly standardError?: number;
  readonly low?: number;
  readonly high?: number;
}

/** Values of one cluster (probe): how many, and their sum. */
export interface SumCluster {
  readonly n: number;
  readonly sum: number;
}

export interface ClusteredMean extends Mean {
  readonly clusters: number;
}

/**
 * A mean with its t interval from the sums of each cluster: SE^2 = G/(G-1) sum_g (sum_g - mean n_g)^2 / N^2 with t(G-1) (Miller 2024, arXiv
 * 2411.00640, eq. 4). Independent values are clusters of one. Without an interval below two clusters and where all clusters
 * agree, because a spread of nothing says nothing. Undefined for no values.
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

/**
 * Mean absolute error between two scores of the same answers, in the scores' own unit; the lower limit is at least 0. `clusters[i]` names the
 * cluster of pair i; without it, each is its own. Undefined for no pairs.
 */
export function meanAbsoluteError(
  pairs: readonly NumberPair[],
  clusters?: readonly string[],
  level = LEVEL,
): ClusteredMean | undefined {
  const sums = new Map<string | number, { n: number; sum: number }>();
  for (const [at, [a, b]] of pairs.entries()) {
    const name = clusters?.[at] ?? at;
    const { n, sum } = sums.get(name) ?? { n: 0, sum: 0 };
    sums.set(name, { n: n + 1, sum: sum + Math.abs(a - b) });
  }
  const error = clusteredMean([...sums.values()], level);
  return error?.low === undefined ? error : { ...error, low: Math.max(0, error.low) };
}
