import { clip, clusteredRate, type Cluster } from './clustered.ts';
import { t975 } from './quantiles.ts';

/** One probe, asked of both models. */
export interface PairedCluster {
  readonly model: Cluster;
  readonly control: Cluster;
}

export interface PairedDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly probes: number;
}

/** Newcombe's hybrid interval from the two shares' own limits (Newcombe 1998, method 10): wide, never empty. */
function hybrid(pairs: readonly PairedCluster[]): { low: number; high: number } | undefined {
  const a = clusteredRate(pairs.map(({ model }) => model));
  const b = clusteredRate(pairs.map(({ control }) => control));
  if (a === undefined || b === undefined) return undefined;
  const difference = a.rate - b.rate;
  return {
    low: difference - Math.hypot(a.rate - a.low, b.high - b.rate),
    high: difference + Math.hypot(a.high - a.rate, b.rate - b.low),
  };
}

/**
 * Share of the model less share of the control, paired by probe (Miller 2024, section 4): each probe g adds
 * u_g = (hits_m - p_m n_m) / N_m - (hits_c - p_c n_c) / N_c, and SE^2 = G/(G-1) sum u_g^2, with t(G-1).
 * Where SE is 0, Newcombe's hybrid limits. Undefined when no probe was answered by both.
 */
export function pairedDifference(all: readonly PairedCluster[]): PairedDifference | undefined {
  const pairs = all.filter(({ model, control }) => model.n > 0 && control.n > 0);
  const G = pairs.length;
  if (G === 0) return undefined;
  const total = (pick: (pair: PairedCluster) => number): number =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0);
  const modelN = total(({ model }) => model.n);
  const controlN = total(({ control }) => control.n);
  const modelRate = total(({ model }) => model.hits) / modelN;
  const controlRate = total(({ control }) => control.hits) / controlN;
  const difference = modelRate - controlRate;
  const squares = total(({ model, control }) => {
    const fromModel = (model.hits - modelRate * model.n) / modelN;
    const fromControl = (control.hits - controlRate * control.n) / controlN;
    return (fromModel - fromControl) ** 2;
  });
  const variance = G < 2 ? 0 : (G / (G - 1)) * squares;
  if (variance <= Number.EPSILON) {
    const limits = hybrid(pairs);
    if (limits === undefined) return undefined;
    return { difference, low: clip(limits.low, -1, 1), high: clip(limits.high, -1, 1), probes: G };
  }
  const half = t975(G - 1) * Math.sqrt(variance);
  return { difference, low: clip(difference - half, -1, 1), high: clip(difference + half, -1, 1), probes: G };
}
