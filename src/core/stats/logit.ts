import type { Estimate } from '../results/types.ts';
import { clusteredRate, clusteredVariance, type Cluster } from './clustered.ts';
import { clopperPearson, LEVEL, tFactor, type Limits } from './quantiles.ts';
import { nothingSeenLimit } from './zero.ts';

export interface LogitOptions {
  readonly level?: number;
  /**
   * How alike answers to one probe are taken to be where nothing (or everything) was hit and the data cannot say; 0, independent, when
   * absent.
   */
  readonly assumedIcc?: number;
}

/**
 * A share with its interval clustered on the probe, taken on the log-odds scale: logit(rate) +- t SE / (rate (1 - rate)), turned back
 * (Korn and Graubard 1999, Analysis of Health Surveys; `svyciprop(method = "logit")` in R's survey, and Stata's `svy: proportion`), with
 * the degrees of freedom that the data show (`shownDegrees`). Same clustered SE as `clusteredRate`, but lopsided as a rare
 * share's error is, never below 0, and wider where a few probes have all the hits, though never wider than `likeOne`. It holds the truth in
 * close to 95% of runs where the straight interval misses it in up to a quarter (test/unit/coverage.test.ts prints both). Where SE is
 * 0, the exact limits of `clusteredRate`. This is the interval of every share in the app. Undefined for no answers.
 */
export function clusteredLogit(
  all: readonly Cluster[],
  { level = LEVEL, assumedIcc = 0 }: LogitOptions = {},
): Estimate | undefined {
  const straight = clusteredRate(all, level);
  if (straight === undefined) return undefined;
  const { rate, clusters, n } = straight;
  const variance = clusteredVariance(all) ?? 0;
  if (straight.method !== 'clustered-t') {
    if (assumedIcc <= 0 || (rate > 0 && rate < 1)) return straight;
    const limit = nothingSeenLimit(clusters, n / clusters, assumedIcc, level) ?? 1;
    return rate === 0 ? { ...straight, high: limit } : { ...straight, low: 1 - limit };
  }
  const limits = aroundOdds(rate, tFactor(shownDegrees(all), level) * Math.sqrt(variance));
  const apart = likeOne(all, rate, level);
  return {
    ...straight,
    low: Math.max(limits.low, apart.low),
    high: Math.min(limits.high, apart.high),
    method: 'clustered-logit',
  };
}

/**
 * Exact limits if all answers to a probe were always alike, which is the most that they can depend on one another: each probe then counts as
 * one answer, n = (sum n_g)^2 / sum n_g^2 of them (Kish 1965). Nothing needs to be wider; the log-odds limits are where a single
 * probe of many has a hit, and the variance is hardly known.
 */
function likeOne(clusters: readonly Cluster[], rate: number, level: number): Limits {
  const total = clusters.reduce((sum, { n }) => sum + n, 0);
  const worth = total ** 2 / clusters.reduce((sum, { n }) => sum + n ** 2, 0);
  return clopperPearson(rate * worth, worth, level);
}

/** Limits of a rate between 0 and 1 that would be rate +- `half`, taken on the log-odds scale: logit(rate) +- half / (rate (1 - rate)). */
export function aroundOdds(rate: number, half: number): Limits {
  const odds = Math.log(rate / (1 - rate));
  const moved = half / (rate * (1 - rate));
  return { low: share(odds - moved), high: share(odds + moved) };
}

function share(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/**
 * Degrees of freedom of the clustered variance from the spread of what it is made of, u_g = hits_g - p n_g: twice its square over its own
 * variance, 2 / (sum u^4 / (sum u^2)^2 - 1/G), from 1 to G - 1 (Satterthwaite's rule with the variance of the variance taken from the
 * clusters, as in Pan and Wall 2002, Statistics in Medicine 21:1429). About G - 1 where all probes vary alike; few where few probes
 * carry all the variance, which is then hardly known.
 */
export function shownDegrees(all: readonly Cluster[]): number {
  const clusters = all.filter(({ n }) => n > 0);
  const G = clusters.length;
  const rate =
    clusters.reduce((sum, { hits }) => sum + hits, 0) / clusters.reduce((sum, { n }) => sum + n, 0);
  const squares = clusters.map(({ hits, n }) => (hits - rate * n) ** 2);
  const whole = squares.reduce((sum, u2) => sum + u2, 0);
  const uneven = squares.reduce((sum, u2) => sum + (u2 / whole) ** 2, 0) - 1 / G;
  return Math.max(1, Math.min(G - 1, 2 / Math.max(uneven, Number.EPSILON)));
}
