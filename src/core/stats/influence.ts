/**
 * Standard error of an estimate from what each item contributes to it. `influences` are the estimate's derivatives with respect to
 * the weight of each item, so that estimate - truth is about their mean, and they sum to about 0 (the infinitesimal jackknife;
 * Efron 1982). Items of one cluster are added up first: SE^2 = G/(G-1) sum_g (sum of the cluster's)^2 / n^2.
 */
export interface StandardError {
  readonly error: number;
  /** Clusters less one, for Student's t. */
  readonly degreesOfFreedom: number;
}

/** `clusters[i]` names the cluster of item i; without it, each item is its own. Undefined below two clusters. */
export function errorOf(
  influences: readonly number[],
  clusters?: readonly string[],
): StandardError | undefined {
  const sums = clusters === undefined ? influences : [...sumBy(influences, clusters).values()];
  const G = sums.length;
  if (G < 2) return undefined;
  const squares = sums.reduce((sum, value) => sum + value ** 2, 0);
  return { error: Math.sqrt((G / (G - 1)) * squares) / influences.length, degreesOfFreedom: G - 1 };
}

/** Sums of the values of each cluster. */
export function sumBy(values: readonly number[], clusters: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const cluster = clusters[index] ?? '';
    sums.set(cluster, (sums.get(cluster) ?? 0) + value);
  }
  return sums;
}
