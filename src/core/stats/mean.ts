import { errorOf } from './influence.ts';
import { LEVEL, tFactor } from './quantiles.ts';
import type { NumberPair } from './rank.ts';

export interface Mean {
  readonly value: number;
  readonly n: number;
  /** From two values (clusters) that differ on: a spread of nothing says nothing. */
  readonly standardError?: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * A mean with its t interval; clustered where `clusters[i]` names the cluster of value i (Miller 2024, arXiv 2411.00640, eq. 4).
 * Undefined for no values.
 */
export function mean(
  values: readonly number[],
  clusters?: readonly string[],
  level = LEVEL,
): Mean | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const value = values.reduce((sum, x) => sum + x, 0) / n;
  const standard = errorOf(
    values.map((x) => x - value),
    clusters,
  );
  if (standard === undefined || standard.error <= Number.EPSILON) return { value, n };
  const half = tFactor(standard.degreesOfFreedom, level) * standard.error;
  return { value, n, standardError: standard.error, low: value - half, high: value + half };
}

/** Mean absolute error between two scores of the same answers, in the scores' own unit; the lower limit is at least 0. */
export function meanAbsoluteError(
  pairs: readonly NumberPair[],
  clusters?: readonly string[],
  level = LEVEL,
): Mean | undefined {
  const error = mean(
    pairs.map(([a, b]) => Math.abs(a - b)),
    clusters,
    level,
  );
  return error?.low === undefined ? error : { ...error, low: Math.max(0, error.low) };
}
