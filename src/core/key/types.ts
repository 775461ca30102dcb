import type { ExactLabel } from '../judge/types.ts';

/** Labels an answer exactly, without a judge; possible only for models that speak a finite grammar. */
export interface ExactKey {
  readonly id: string;
  /** Undefined when the key does not know the topic. */
  label(topic: string, formatId: string, text: string): ExactLabel | undefined;
}
