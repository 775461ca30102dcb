import { sumBy } from './influence.ts';
import { LEVEL, tFactor, type Limits } from './quantiles.ts';
import { clip } from './clustered.ts';

/** One answer of which the truth is known: the judge's value and the true one, such as 0 or 1, or two scores. */
export interface Labelled {
  readonly judged: number;
  readonly truth: number;
  readonly cluster?: string;
}

/** One answer that only the judge has seen. */
export interface Unlabelled {
  readonly judged: number;
  readonly cluster?: string;
}

export interface PpiOptions {
  /** How far the judge is trusted, 0..1; chosen by the data when absent (PPI++). 0 uses the labelled answers only, 1 is plain PPI. */
  readonly trust?: number;
  readonly level?: number;
  /** Where the mean can lie, to which the limits are cut: `{ low: 0, high: 1 }` for a share. */
  readonly range?: Limits;
}

export interface PredictionPowered extends Limits {
  readonly value: number;
  readonly standardError: number;
  readonly trust: number;
  /** Labelled and unlabelled answers. */
  readonly labelled: number;
  readonly unlabelled: number;
}

/** Deviations from the mean over n, added up by cluster (each answer its own where it names none), with the factor G/(G-1). */
interface Parts {
  readonly sums: ReadonlyMap<string, number>;
  readonly factor: number;
}

function partsOf(values: readonly number[], clusters: readonly string[]): Parts {
  const mean = averageOf(values);
  const sums = sumBy(
    values.map((value) => (value - mean) / values.length),
    clusters,
  );
  return { sums, factor: sums.size / (sums.size - 1) };
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Covariance of two means from their clusters' parts; the factor is that of the smaller set. */
function covariance(a: Parts, b: Parts): number {
  let sum = 0;
  for (const [cluster, value] of a.sums) sum += value * (b.sums.get(cluster) ?? 0);
  return sum * (a.sums.size <= b.sums.size ? a.factor : b.factor);
}

/**
 * Prediction-powered inference for a mean: trust x (mean of the judge on the unlabelled) + mean of (truth - trust x judge) on the labelled
 * (Angelopoulos et al. 2023, Science 382:669), with the trust that makes the variance smallest (PPI++, arXiv 2311.01453, prop. 2; here with
 * the clustered variances, and cut to 0..1). Right for a judge of any quality, if the labelled answers are a random part of
 * the same kind of answers; a calibration set made by hand is not, and `roganGladen` fits it better. Clusters that are in both
 * sets count with their covariance. t interval with (labelled clusters - 1) degrees of freedom. No screen uses it, because in Assay nobody
 * labels a random part of a run's answers; it is here for who does. Undefined below two clusters in either.
 */
export function predictionPowered(
  labelled: readonly Labelled[],
  unlabelled: readonly Unlabelled[],
  { trust, level = LEVEL, range }: PpiOptions = {},
): PredictionPowered | undefined {
  const inside = labelled.map(({ cluster }, index) => cluster ?? `labelled ${index}`);
  const outside = unlabelled.map(({ cluster }, index) => cluster ?? `unlabelled ${index}`);
  const truths = labelled.map((answer) => answer.truth);
  const judged = labelled.map((answer) => answer.judged);
  const others = unlabelled.map((answer) => answer.judged);
  const y = partsOf(truths, inside);
  const f = partsOf(judged, inside);
  const u = partsOf(others, outside);
  if (y.sums.size < 2 || u.sums.size < 2) return undefined;
  // The estimate is mean(y) + trust (mean(u) - mean(f)): its variance is a parabola in trust.
  const square = covariance(f, f) + covariance(u, u) - 2 * covariance(u, f);
  const cross = covariance(u, y) - covariance(f, y);
  const lambda = trust ?? (square <= Number.EPSILON ? 0 : clip(-cross / square, 0, 1));
  const variance = covariance(y, y) + 2 * lambda * cross + lambda ** 2 * square;
  const value = averageOf(truths) + lambda * (averageOf(others) - averageOf(judged));
  const standardError = Math.sqrt(Math.max(0, variance));
  const half = tFactor(y.sums.size - 1, level) * standardError;
  const within = (x: number): number => (range === undefined ? x : clip(x, range.low, range.high));
  return {
    value: within(value),
    low: within(value - half),
    high: within(value + half),
    standardError,
    trust: lambda,
    labelled: labelled.length,
    unlabelled: unlabelled.length,
  };
}
