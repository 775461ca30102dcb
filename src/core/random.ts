import { deriveSeed } from './hash.ts';

/**
 * Pseudo-random numbers from a seed: sfc32 (C. Doty-Humphrey's Small Fast Chaotic generator of PractRand, 128 bits of state, with a
 * counter that keeps the period above 2^32). Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The same parts give the same numbers on every machine. */
  constructor(...parts: readonly (string | number)[]) {
    this.#a = deriveSeed('a', ...parts);
    this.#b = deriveSeed('b', ...parts);
    this.#c = deriveSeed('c', ...parts);
  }

  /** An unsigned 32-bit integer. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, but without, 1. */
  unit(): number {
    return this.word() / 2 ** 32;
  }

  /** Evenly spread around 0 with standard deviation `deviation`; no number is further away than √3 of it. */
  spread(deviation: number): number {
    return (2 * this.unit() - 1) * Math.sqrt(3) * deviation;
  }
}
