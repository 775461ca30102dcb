import type { Writer } from '../schedule/sample-job.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Endings {
  /** Tokens that end an answer. */
  readonly tokens: ReadonlySet<number>;
  /** Texts that end an answer and are no part of it. */
  readonly texts: readonly string[];
}

/** Writes an answer's text down token by token. A character is written once all of its bytes are there. */
export class TextWriter implements Writer {
  readonly #vocabulary: Vocabulary;
  readonly #endings: Endings;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #longest: number;
  #text = '';

  constructor(vocabulary: Vocabulary, endings: Endings) {
    this.#vocabulary = vocabulary;
    this.#endings = endings;
    this.#longest = Math.max(0, ...endings.texts.map((text) => text.length));
  }

  push(token: number): boolean {
    if (this.#endings.tokens.has(token)) return true;
    const before = this.#text.length;
    this.#text += this.#decoder.decode(this.#vocabulary.bytes(token), { stream: true });
    const from = Math.max(0, before - this.#longest + 1);
    const found = this.#endings.texts.map((text) => this.#text.indexOf(text, from)).filter((at) => at >= 0);
    if (found.length === 0) return false;
    this.#text = this.#text.slice(0, Math.min(...found));
    return true;
  }

  /** The whole answer; bytes at its end that are no whole character show as U+FFFD. Nothing may be pushed after it. */
  end(): string {
    return this.#text + this.#decoder.decode();
  }
}
