import { clip, clusteredRate, type Cluster } from './clustered.ts';
import { LEVEL, tFactor, tTails } from './quantiles.ts';

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
  /** Clustered standard error; 0 where all probes differ by the same. */
  readonly standardError: number;
  /** Two-sided, of no difference; undefined for one probe, which cannot tell a difference from chance among probes. */
  readonly p?: number;
}

/** Newcombe's hybrid interval from the two shares' own limits (Newcombe 1998, method 10): wide, never empty. */
function hybrid(pairs: readonly PairedCluster[], level: number): { low: number; high: number } | undefined {
  const a = clusteredRate(
    pairs.map(({ model }) => model),
    level,
  );
  const b = clusteredRate(
    pairs.map(({ control }) => control),
    level,
  );
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
 * Where SE is 0, Newcombe's hybrid limits, and p by flipping the probes' signs: 2 of 2^G flips are as far from 0 as what was seen
 * (1 where nothing differs). The difference, its SE and p are what is shown; the limits shown are those of `pairedLogit`. Undefined when
 * no probe was answered by both.
 */
export function pairedDifference(all: readonly PairedCluster[], level = LEVEL): PairedDifference | undefined {
  const pairs = bothAnswered(all);
  const G = pairs.length;
  if (G === 0) return undefined;
  const { difference, variance } = differenceOf(pairs);
  if (variance <= Number.EPSILON) {
    const limits = hybrid(pairs, level);
    if (limits === undefined) return undefined;
    const p = G < 2 ? {} : { p: difference === 0 ? 1 : 2 ** (1 - G) };
    const interval = { low: clip(limits.low, -1, 1), high: clip(limits.high, -1, 1) };
    return { difference, ...interval, probes: G, standardError: 0, ...p };
  }
  const standardError = Math.sqrt(variance);
  const half = tFactor(G - 1, level) * standardError;
  return {
    difference,
    low: clip(difference - half, -1, 1),
    high: clip(difference + half, -1, 1),
    probes: G,
    standardError,
    p: tTails(difference / standardError, G - 1),
  };
}

/** Each probe's part in the two rates' errors, (hits - p n) / N; u_g of `pairedDifference` is the first less the second. */
interface Parts {
  readonly difference: number;
  readonly model: readonly number[];
  readonly control: readonly number[];
}

function partsOf(pairs: readonly PairedCluster[]): Parts {
  const rate = (clusters: readonly Cluster[]): { rate: number; parts: number[] } => {
    const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
    const share = clusters.reduce((sum, { hits }) => sum + hits, 0) / n;
    return { rate: share, parts: clusters.map((cluster) => (cluster.hits - share * cluster.n) / n) };
  };
  const model = rate(pairs.map((pair) => pair.model));
  const control = rate(pairs.map((pair) => pair.control));
  return { difference: model.rate - control.rate, model: model.parts, control: control.parts };
}

function contributions(pairs: readonly PairedCluster[]): { difference: number; each: number[] } {
  const { difference, model, control } = partsOf(pairs);
  return { difference, each: model.map((part, index) => part - (control[index] ?? 0)) };
}

/** The probes that both answered. */
export function bothAnswered(all: readonly PairedCluster[]): PairedCluster[] {
  return all.filter(({ model, control }) => model.n > 0 && control.n > 0);
}

/** How the errors of the two rates go together over the probes, -1..1; 0 where one of them has none. */
export function rateCorrelation(all: readonly PairedCluster[]): number {
  const { model, control } = partsOf(bothAnswered(all));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const whole = dot(model, model) * dot(control, control);
  return whole <= Number.EPSILON ** 2 ? 0 : clip(dot(model, control) / Math.sqrt(whole), -1, 1);
}

function differenceOf(pairs: readonly PairedCluster[]): { difference: number; variance: number } {
  const { difference, each } = contributions(pairs);
  const G = pairs.length;
  const squares = each.reduce((sum, u) => sum + u ** 2, 0);
  return { difference, variance: G < 2 ? 0 : (G / (G - 1)) * squares };
}

/**
 * One value per probe whose mean is the difference and whose spread is that of the probes, difference + G u_g: the probe's own difference
 * where all probes have as many answers.
 */
export function pseudoDifferences(all: readonly PairedCluster[]): number[] {
  const pairs = bothAnswered(all);
  const { difference, each } = contributions(pairs);
  return each.map((u) => difference + pairs.length * u);
}
