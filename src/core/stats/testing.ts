import type { Random } from '../random.ts';
import type { Cluster } from './clustered.ts';

/**
 * Draws probes whose true rates spread as Beta(rate (1 - icc) / icc, (1 - rate)(1 - icc) / icc), so that answers to one probe correlate by
 * `icc`, with `answers` to each: hits are beta-binomial. For the simulation tests.
 */
export class BetaBinomial {
  readonly #cumulative: number[] = [];
  readonly #answers: number;

  constructor({ rate, icc, answers }: { rate: number; icc: number; answers: number }) {
    this.#answers = answers;
    const a = (rate * (1 - icc)) / icc;
    const b = ((1 - rate) * (1 - icc)) / icc;
    let chance = 1;
    for (let i = 0; i < answers; i++) chance *= (b + i) / (a + b + i);
    let sum = 0;
    for (let hits = 0; hits <= answers; hits++) {
      sum += chance;
      this.#cumulative.push(sum);
      chance *= ((answers - hits) * (a + hits)) / ((hits + 1) * (b + answers - hits - 1));
    }
  }

  draw(random: Random, probes: number): Cluster[] {
    return Array.from({ length: probes }, () => this.at(random.unit()));
  }

  /** The probe at a point of the distribution, 0..1: two draws from the same point are as alike as can be. */
  at(point: number): Cluster {
    const hits = this.#cumulative.findIndex((sum) => point < sum);
    return { n: this.#answers, hits: hits < 0 ? this.#answers : hits };
  }
}
