import type { AppError } from '../../core/errors.ts';

/** Names one sequence of the key-value cache; free again after `remove`. */
export type SequenceId = number;

export interface DeviceLimits {
  /** Sequences that may exist at once. */
  readonly sequences: number;
  /** Sequences of one decoding step, and positions read in one prefill. */
  readonly batch: number;
  /** Tokens of one sequence. */
  readonly contextTokens: number;
  /** Tokens of one prefill, over all of its sequences. */
  readonly prefillTokens: number;
  /** Pages of the key-value cache, shared by all sequences, and the tokens that one holds. */
  readonly pages: number;
  readonly pageTokens: number;
  /** Whether a prefill can read the logits of any of its positions, or only those of its last. */
  readonly reads: 'any' | 'last';
  /** Whether a prefill may go on with a sequence that holds tokens already; otherwise a prompt goes in whole. */
  readonly continues: boolean;
}

/** More tokens of one sequence. */
export interface Part {
  readonly id: SequenceId;
  /** At least one. */
  readonly tokens: readonly number[];
}

export interface Step {
  readonly id: SequenceId;
  readonly token: number;
}

/** How one token is drawn from a row. */
export interface Draw {
  readonly row: number;
  /** 0: the likeliest token. */
  readonly temperature: number;
  /** The smallest set of likeliest tokens whose share is at least this; 1: all. Tokens as likely as the last of the set are in it. */
  readonly topP: number;
  /** Uniform in [0, 1). The token is a function of the row and of this alone. */
  readonly random: number;
}

export interface Choice {
  readonly id: number;
  /** Natural log of its probability before temperature; undefined where a logit of the row is no number. */
  readonly logprob: number | undefined;
}

/**
 * Rows of logits that stay where the model wrote them; what is asked of them is computed there, and a few numbers come back.
 * They are valid until `release` or the next call of the model, whichever comes first.
 */
export interface Logits {
  readonly rows: number;
  sample(draws: readonly Draw[]): Promise<readonly Choice[]>;
  /** Log-probability of each token in its row; undefined where a logit of the row is no number. */
  logprobs(
    entries: readonly { readonly row: number; readonly id: number }[],
  ): Promise<readonly (number | undefined)[]>;
  /** The likeliest tokens of a row, likeliest first, of equals the lower number first. */
  top(row: number, count: number): Promise<readonly Choice[]>;
  /** One row as rows of their own, which stay valid until they are released, whatever the model does. */
  keep(row: number): Logits;
  release(): void;
}

/**
 * A language model on a GPU as the scheduler sees it: sequences in a paged key-value cache that are put forward together.
 * One call at a time. Every method throws or rejects with an AppError; `device-lost` and `engine-crashed` are final.
 */
export interface DeviceModel {
  /** Width of a row of logits. */
  readonly vocabulary: number;
  readonly limits: DeviceLimits;
  /** A new, empty sequence. */
  add(id: SequenceId): void;
  /** `child` becomes the first `tokens` tokens of `parent`, whose cache they share. Absent: sequences share nothing. */
  readonly fork?: (parent: SequenceId, child: SequenceId, tokens: number) => void;
  remove(id: SequenceId): void;
  /** Puts tokens behind sequences. `read` counts in the concatenation of the parts' tokens, ascending; a row of logits for each. */
  prefill(parts: readonly Part[], read: readonly number[]): Promise<Logits>;
  /** One more token for each sequence; a row of logits for each, in this order. */
  decode(steps: readonly Step[]): Promise<Logits>;
  /** What something thrown by it or its logits was about, where it knows better than the thrown value. */
  readonly explain?: (thrown: unknown) => AppError;
  /** Gives the memory back. */
  dispose(): Promise<void>;
}
