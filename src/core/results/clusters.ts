import type { Cluster } from '../stats/clustered.ts';
import { clusteredMean, type ClusteredMean, type SumCluster } from '../stats/mean.ts';
import { clusteredLogit } from '../stats/logit.ts';
import type { Estimate } from './types.ts';

/** Hits and answers of each probe, added up one answer at a time. */
export class Shares {
  readonly #clusters = new Map<string, { n: number; hits: number }>();

  add(probe: string, hit: boolean): void {
    const cluster = this.#clusters.get(probe);
    if (cluster === undefined) this.#clusters.set(probe, { n: 1, hits: hit ? 1 : 0 });
    else {
      cluster.n += 1;
      if (hit) cluster.hits += 1;
    }
  }

  get clusters(): ReadonlyMap<string, Cluster> {
    return this.#clusters;
  }

  get hits(): number {
    return [...this.#clusters.values()].reduce((sum, { hits }) => sum + hits, 0);
  }

  /** Undefined for no answers. */
  estimate(): Estimate | undefined {
    return clusteredLogit([...this.#clusters.values()]);
  }
}

/** Values of each probe, added up one answer at a time. Values that are missing are counted, and enter nothing. */
export class Means {
  readonly #clusters = new Map<string, { n: number; sum: number }>();
  #missing = 0;

  add(probe: string, value: number | undefined): void {
    if (value === undefined) {
      this.#missing += 1;
      return;
    }
    const cluster = this.#clusters.get(probe);
    if (cluster === undefined) this.#clusters.set(probe, { n: 1, sum: value });
    else {
      cluster.n += 1;
      cluster.sum += value;
    }
  }

  get clusters(): ReadonlyMap<string, SumCluster> {
    return this.#clusters;
  }

  get missing(): number {
    return this.#missing;
  }

  /** Undefined for no values. */
  mean(): ClusteredMean | undefined {
    return clusteredMean([...this.#clusters.values()]);
  }
}
