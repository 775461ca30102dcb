import { holm } from './holm.ts';
import type { PairedDifference } from './paired.ts';

/** A difference, and its p-value as one of several that were looked at together. */
export interface Compared extends PairedDifference {
  /** Adjusted by Holm's method; absent where there is no p-value. */
  readonly adjusted?: number;
}

/**
 * Several differences, read together: with twenty comparisons at 5% one is "found" by chance. Their limits stay those of each alone. What is
 * undefined, for no probe was answered by both, does not count among the comparisons. In the order given.
 */
export function readTogether(
  differences: readonly (PairedDifference | undefined)[],
): readonly (Compared | undefined)[] {
  const adjusted = holm(differences.map((one) => one?.p));
  return differences.map((one, at) => {
    const p = adjusted[at];
    return one === undefined || p === undefined ? one : { ...one, adjusted: p };
  });
}
