import type { Estimate } from '../results/types.ts';
import { clusteredRate, clusteredVariance, type Cluster } from './clustered.ts';
import { LEVEL, tFactor } from './quantiles.ts';

/**
 * A share with its interval clustered on the probe, taken on the log-odds scale: logit(rate) +- t(G-1) SE / (rate (1 - rate)), turned back
 * (Korn and Graubard 1999, Analysis of Health Surveys; `svyciprop(method = "logit")` in R's survey, and Stata's `svy: proportion`).
 * Same clustered SE as `clusteredRate`; lopsided as a rare share's error is, never below 0, and close to 95% where the straight
 * interval misses for rare events and few probes (coverage.test.ts prints both). Where SE is 0, as there. Undefined for no answers.
 */
export function clusteredLogit(all: readonly Cluster[], level = LEVEL): Estimate | undefined {
  const straight = clusteredRate(all, level);
  const variance = clusteredVariance(all);
  if (straight?.method !== 'clustered-t' || variance === undefined) return straight;
  const { rate, clusters } = straight;
  const odds = Math.log(rate / (1 - rate));
  const half = (tFactor(clusters - 1, level) * Math.sqrt(variance)) / (rate * (1 - rate));
  return { ...straight, low: share(odds - half), high: share(odds + half), method: 'clustered-logit' };
}

function share(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
