import type { Logits, SequenceId } from '../device-model.ts';
import type { Read } from './feeds.ts';
import type { Held } from './prompts.ts';

/** A prompt on its way through the model, and what is then done with it. */
export interface Task {
  readonly prompt: readonly number[];
  /** Positions of the prompt whose logits are wanted, ascending; only of sequences of its own others than the last. */
  readonly reads: readonly number[];
  /** Tokens that will follow the prompt in a sequence; room for them is kept free from the start. */
  readonly extra: number;
  /** How many sequences it wants to decode; it waits until they would find a place in the batch. */
  readonly decodes: number;
  readonly isOver: () => boolean;
  /** Rejects only where the model itself fails. */
  take(logits: Logits, reads: readonly Read[]): Promise<void>;
  /** The prompt is in the cache. The task releases what it is given: the prompt, and the sequence for what follows. */
  ready(held: Held, spare: SequenceId | undefined): void;
  fail(thrown: unknown): void;
}
