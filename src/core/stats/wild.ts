import { Random } from '../random.ts';
import type { Cluster } from './clustered.ts';
import { pseudoDifferences, type PairedCluster } from './paired.ts';
import { LEVEL, type Limits } from './quantiles.ts';

/** What a cluster adds to a mean, sum(value) / sum(weight): hits and answers for a share. */
export interface Weighed {
  readonly value: number;
  readonly weight: number;
}

export interface WildOptions {
  readonly seed: string | number;
  readonly draws?: number;
  readonly level?: number;
  /** Where the truth can lie at all. */
  readonly range: Limits;
}

export interface Wild extends Limits {
  readonly estimate: number;
}

/** With up to this many clusters Rademacher's two weights give too few different draws, and Webb's six are used. */
const FEW = 12;
const WEBB = [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)];
const RADEMACHER = [-1, 1];

/**
 * Wild cluster bootstrap of a mean, with the null imposed and studentised (Cameron, Gelbach and Miller 2008, Review of Economics and
 * Statistics 90:414; Webb's six-point weights for few clusters: Webb 2023, Canadian Journal of Economics 56:839). For a supposed truth
 * theta, each cluster's u_g = value_g - theta weight_g is given a random sign or weight, and p is how often the studentised mean of
 * these is as far from 0 as the one seen. For means only, where `clusterBootstrap` takes any statistic. No screen uses it: it checks
 * `clusteredLogit`, which holds as well, sooner and the same for every seed (test/unit/coverage.test.ts prints both).
 */
export class WildBootstrap {
  readonly #clusters: readonly Weighed[];
  readonly #sizes: Float64Array;
  readonly #weights: Float64Array;
  readonly #draws: number;
  readonly #total: number;
  readonly #options: WildOptions;
  readonly estimate: number;

  private constructor(clusters: readonly Weighed[], options: WildOptions) {
    this.#clusters = clusters;
    this.#sizes = Float64Array.from(clusters, ({ weight }) => weight);
    this.#options = options;
    this.#draws = options.draws ?? 999;
    this.#total = clusters.reduce((sum, { weight }) => sum + weight, 0);
    this.estimate = clusters.reduce((sum, { value }) => sum + value, 0) / this.#total;
    const random = new Random('wild-bootstrap', options.seed);
    const points = clusters.length <= FEW ? WEBB : RADEMACHER;
    this.#weights = Float64Array.from(
      { length: this.#draws * clusters.length },
      () => points[Math.floor(random.unit() * points.length)] ?? 1,
    );
  }

  /** Undefined below two clusters with a weight. */
  static of(all: readonly Weighed[], options: WildOptions): WildBootstrap | undefined {
    const clusters = all.filter(({ weight }) => weight > 0);
    return clusters.length < 2 ? undefined : new WildBootstrap(clusters, options);
  }

  /** Studentised distance of sum(u) from 0; the residuals are u less what the mean explains. 0 / 0 counts as no distance. */
  #distance(u: Float64Array): number {
    const sizes = this.#sizes;
    let sum = 0;
    for (const value of u) sum += value;
    const moved = sum / this.#total;
    let squares = 0;
    for (let g = 0; g < u.length; g++) squares += ((u[g] ?? 0) - moved * (sizes[g] ?? 0)) ** 2;
    if (squares <= 1e-24) return Math.abs(moved) <= 1e-12 ? 0 : Infinity;
    return Math.abs(sum) / Math.sqrt(squares);
  }

  /** Two-sided p-value of the truth being `theta`; ties count in full, and the sample itself counts as one draw. */
  p(theta: number): number {
    const G = this.#clusters.length;
    const u = Float64Array.from(this.#clusters, ({ value, weight }) => value - theta * weight);
    const seen = this.#distance(u) * (1 - 1e-9);
    const drawn = new Float64Array(G);
    let further = 1;
    for (let draw = 0; draw < this.#draws; draw++) {
      for (let g = 0; g < G; g++) drawn[g] = (u[g] ?? 0) * (this.#weights[draw * G + g] ?? 1);
      if (this.#distance(drawn) >= seen) further++;
    }
    return further / (this.#draws + 1);
  }

  /** All truths with a p-value above 1 - level, found by halving; the same draws serve for all of them. */
  interval(): Wild {
    const alpha = 1 - (this.#options.level ?? LEVEL);
    const edge = (outside: number): number => {
      if (this.p(outside) > alpha) return outside;
      let [out, within] = [outside, this.estimate];
      for (let step = 0; step < 24; step++) {
        const middle = (out + within) / 2;
        if (this.p(middle) > alpha) within = middle;
        else out = middle;
      }
      return out;
    };
    return {
      estimate: this.estimate,
      low: edge(this.#options.range.low),
      high: edge(this.#options.range.high),
    };
  }
}

/** A share with its wild cluster bootstrap interval. Undefined below two probes with answers. */
export function wildRate(
  clusters: readonly Cluster[],
  options: Omit<WildOptions, 'range'>,
): Wild | undefined {
  const weighed = clusters.map(({ hits, n }) => ({ value: hits, weight: n }));
  return WildBootstrap.of(weighed, { ...options, range: { low: 0, high: 1 } })?.interval();
}

/** `pairedDifference` with a wild cluster bootstrap interval and p-value. Undefined below two probes that both answered. */
export function wildDifference(
  pairs: readonly PairedCluster[],
  options: Omit<WildOptions, 'range'>,
): (Wild & { p: number }) | undefined {
  const weighed = pseudoDifferences(pairs).map((value) => ({ value, weight: 1 }));
  const wild = WildBootstrap.of(weighed, { ...options, range: { low: -1, high: 1 } });
  return wild === undefined ? undefined : { ...wild.interval(), p: wild.p(0) };
}
