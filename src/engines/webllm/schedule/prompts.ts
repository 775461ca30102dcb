import type { SequenceId } from '../device-model.ts';
import type { Sequences } from './sequences.ts';

interface Kept {
  readonly id: SequenceId;
  readonly tokens: readonly number[];
  users: number;
}

/** A prompt in the cache that stays there until it is released. */
export interface Held {
  readonly id: SequenceId;
  readonly tokens: readonly number[];
  release(): void;
}

export function commonLength(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at++;
  return at;
}

/** Prompts whose sequences are still there: what begins like one of them is computed from there on only. */
export class Prompts {
  readonly #sequences: Sequences;
  /** The one used longest ago first. */
  #kept: Kept[] = [];

  constructor(sequences: Sequences) {
    this.#sequences = sequences;
  }

  /** The kept prompt that shares the longest beginning, at most all but the last token, whose logits are still to be read. */
  longest(tokens: readonly number[]): { readonly id: SequenceId; readonly tokens: number } | undefined {
    let best: Kept | undefined;
    let length = 0;
    for (const kept of this.#kept) {
      const common = Math.min(commonLength(kept.tokens, tokens), tokens.length - 1);
      if (common <= length) continue;
      best = kept;
      length = common;
    }
    if (best === undefined) return undefined;
    this.#touch(best);
    return { id: best.id, tokens: length };
  }

  /** Keeps the sequence, which holds these tokens, for its caller and for whoever comes later. */
  keep(id: SequenceId, tokens: readonly number[]): Held {
    const same = (kept: Kept): boolean =>
      kept.users === 0 &&
      kept.tokens.length === tokens.length &&
      commonLength(kept.tokens, tokens) === tokens.length;
    for (const old of this.#kept.filter(same)) this.#drop(old);
    const kept: Kept = { id, tokens, users: 1 };
    this.#kept.push(kept);
    let held = true;
    return {
      id,
      tokens,
      release: () => {
        if (held) kept.users--;
        held = false;
      },
    };
  }

  /** Gives up the prompt that nobody holds and that was used longest ago; false where there is none. */
  evict(): boolean {
    const oldest = this.#kept.find(({ users }) => users === 0);
    if (oldest === undefined) return false;
    this.#drop(oldest);
    return true;
  }

  #touch(kept: Kept): void {
    this.#kept = [...this.#kept.filter((other) => other !== kept), kept];
  }

  #drop(kept: Kept): void {
    this.#kept = this.#kept.filter((other) => other !== kept);
    this.#sequences.close(kept.id);
  }
}
