import type { LabelReading } from '../judge/types.ts';
import type { LabelJudge } from '../pack/types.ts';
import { Shares } from './clusters.ts';
import type { Estimate } from './types.ts';

/** What a label judge said of some answers. */
export interface LabelCell {
  /** Answers for each label of the judge, in its order. */
  readonly counts: ReadonlyMap<string, number>;
  /** Answers on which the judge said none of its labels clearly enough. */
  readonly unreadable: number;
  /** Answers that no judge has labelled, or not yet. */
  readonly waiting: number;
  /** Share of the labels that count among those that make up the denominator. */
  readonly share?: Estimate;
}

/** Running counts of one label judge's labels; its share is clustered on the probe. */
export class LabelTally {
  readonly #judge: LabelJudge;
  readonly #counts: Map<string, number>;
  readonly #share = new Shares();
  #unreadable = 0;
  #waiting = 0;

  constructor(judge: LabelJudge) {
    this.#judge = judge;
    this.#counts = new Map(judge.labels.map((label) => [label, 0]));
  }

  /** `reading` is absent where no judge has labelled the answer. */
  add(probe: string, reading: LabelReading | undefined): void {
    const label = reading?.label;
    if (reading === undefined) this.#waiting += 1;
    else if (label === undefined) this.#unreadable += 1;
    else {
      this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);
      if (this.#judge.among.includes(label)) this.#share.add(probe, this.#judge.counts.includes(label));
    }
  }

  /** Per probe, for paired differences. */
  get shares(): Shares {
    return this.#share;
  }

  cell(): LabelCell {
    const share = this.#share.estimate();
    return {
      counts: this.#counts,
      unreadable: this.#unreadable,
      waiting: this.#waiting,
      ...(share === undefined ? {} : { share }),
    };
  }
}
