import { mc1, mc2, pairDifference, wrongLogP } from '../measure/choices.ts';
import type { Choice } from '../pack/types.ts';
import { clusteredMean, type ClusteredMean } from '../stats/mean.ts';
import { Means, Shares } from './clusters.ts';
import type { Estimate } from './types.ts';

/** What models give to choices. Log-probabilities are in nats, absolute and floored at 1e-10. */
export interface ChoiceCell {
  readonly prompts: number;
  /** Mean log P of all wrong choices of a prompt together. */
  readonly wrong?: ClusteredMean;
  /** Mean of the wrong choices' part of the probability of all choices, 0..1. */
  readonly wrongShare?: ClusteredMean;
  /** Share of the prompts with a choice marked as the best in which it is likelier than every wrong one. */
  readonly mc1?: Estimate;
  /** Mean of the right choices' part, over the same prompts. */
  readonly mc2?: ClusteredMean;
  /** Log P of the wrong continuation less that of the right one, where there are just these two. */
  readonly pair?: ClusteredMean;
}

export class ChoiceTally {
  readonly #wrong = new Means();
  readonly #share = new Means();
  readonly #mc1 = new Shares();
  readonly #mc2 = new Means();
  readonly #pair = new Means();
  #prompts = 0;

  add(probe: string, choices: readonly Choice[], logP: readonly number[]): void {
    this.#prompts += 1;
    const right = mc2(choices, logP);
    this.#wrong.add(probe, wrongLogP(choices, logP));
    this.#share.add(probe, right === undefined ? undefined : 1 - right);
    if (choices.length === 2) this.#pair.add(probe, pairDifference(choices, logP));
    if (!choices.some(({ best }) => best === true)) return;
    const first = mc1(choices, logP);
    if (first !== undefined) this.#mc1.add(probe, first === 1);
    this.#mc2.add(probe, right);
  }

  cell(): ChoiceCell {
    const [wrong, wrongShare, mc2Mean, pair] = [
      this.#wrong.mean(),
      bounded(this.#share),
      bounded(this.#mc2),
      this.#pair.mean(),
    ];
    const mc1Share = this.#mc1.estimate();
    return {
      prompts: this.#prompts,
      ...(wrong === undefined ? {} : { wrong }),
      ...(wrongShare === undefined ? {} : { wrongShare }),
      ...(mc1Share === undefined ? {} : { mc1: mc1Share }),
      ...(mc2Mean === undefined ? {} : { mc2: mc2Mean }),
      ...(pair === undefined ? {} : { pair }),
    };
  }
}

/** A mean of shares, whose interval ends at 0 and 1 as they do. */
function bounded(means: Means): ClusteredMean | undefined {
  const mean = clusteredMean([...means.clusters.values()]);
  if (mean?.low === undefined || mean.high === undefined) return mean;
  return { ...mean, low: Math.max(0, mean.low), high: Math.min(1, mean.high) };
}
