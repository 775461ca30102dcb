import { Random } from '../random.ts';
import { LEVEL, normalQuantile, normalShare, type Limits } from './quantiles.ts';

export interface BootstrapOptions {
  /** The same seed gives the same interval on every machine. */
  readonly seed: string | number;
  readonly draws?: number;
  readonly level?: number;
}

export interface Bootstrapped {
  readonly estimate: number;
  /** Plain percentiles of the draws. */
  readonly percentile: Limits;
  /** Corrected for bias and skewness; undefined where the clusters are too alike to tell. */
  readonly bca?: Limits;
  /** Draws that gave a statistic at all. */
  readonly draws: number;
}

/**
 * Cluster bootstrap: whole clusters (probes) are drawn with replacement, as many as there are, and the statistic is computed anew;
 * percentile and BCa intervals (Efron 1987, JASA 82:171; acceleration from leaving out one cluster at a time). Draws on which
 * the statistic is undefined are left out. Undefined below two clusters, and where the statistic is. With fewer than some 20 clusters both
 * intervals are too narrow (test/unit/coverage.test.ts). For any statistic, such as one without a formula for its error; no screen uses it, as
 * shares have `clusteredLogit`, and `wildRate` is the better of the two bootstraps with few clusters.
 */
export function clusterBootstrap<T extends object>(
  clusters: readonly T[],
  statistic: (drawn: readonly T[]) => number | undefined,
  { seed, draws = 2000, level = LEVEL }: BootstrapOptions,
): Bootstrapped | undefined {
  const estimate = statistic(clusters);
  if (clusters.length < 2 || estimate === undefined) return undefined;
  const random = new Random('cluster-bootstrap', seed);
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const value = statistic(resample(clusters, random));
    if (value !== undefined) values.push(value);
  }
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  const percentile = { low: quantileOf(values, tail), high: quantileOf(values, 1 - tail) };
  const bca = corrected(values, estimate, leaveOneOut(clusters, statistic), tail);
  return { estimate, percentile, draws: values.length, ...(bca === undefined ? {} : { bca }) };
}

function resample<T extends object>(clusters: readonly T[], random: Random): T[] {
  return clusters.flatMap(() => {
    const drawn = clusters[Math.floor(random.unit() * clusters.length)];
    return drawn === undefined ? [] : [drawn];
  });
}

function leaveOneOut<T>(
  clusters: readonly T[],
  statistic: (left: readonly T[]) => number | undefined,
): number[] {
  return clusters.flatMap(
    (_, without) => statistic(clusters.filter((_cluster, index) => index !== without)) ?? [],
  );
}

/** BCa limits: the percentiles are moved by the bias z0 of the draws and by the acceleration a of the leave-one-out values. */
function corrected(
  sorted: readonly number[],
  estimate: number,
  left: readonly number[],
  tail: number,
): Limits | undefined {
  const below = sorted.reduce((sum, value) => sum + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile(below / sorted.length);
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  const squares = left.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = left.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  if (!Number.isFinite(bias) || squares <= Number.EPSILON ** 2) return undefined;
  const acceleration = cubes / (6 * squares ** 1.5);
  const moved = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalShare(bias + z / (1 - acceleration * z));
  };
  return { low: quantileOf(sorted, moved(tail)), high: quantileOf(sorted, moved(1 - tail)) };
}

/** The value below which the share `p` of sorted values lies, between neighbours in proportion (R's type 7). */
function quantileOf(sorted: readonly number[], p: number): number {
  const at = Math.min(1, Math.max(0, p)) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (at - Math.floor(at)) * (high - low);
}
