import { holm } from '../../core/stats/holm.ts';
import { pairedLogit } from '../../core/stats/paired-logit.ts';
import type { PairedCluster, PairedDifference } from '../../core/stats/paired.ts';
import { Slicer } from '../../ui/slices.ts';

/** A difference, and its p-value as one of several that were looked at together. */
export interface Compared extends PairedDifference {
  /** Adjusted by Holm's method; absent where there is no p-value. */
  readonly adjusted?: number;
}

/**
 * Each set of pairs as a difference, in slices: a p-value takes some milliseconds. Those without a pair are undefined and do not count
 * among the comparisons.
 */
export async function compareAll(
  all: readonly (readonly PairedCluster[])[],
): Promise<readonly (Compared | undefined)[]> {
  const slicer = new Slicer();
  const found: (PairedDifference | undefined)[] = [];
  for (const pairs of all) {
    found.push(pairedLogit(pairs));
    if (slicer.due()) await slicer.rest();
  }
  const adjusted = holm(found.map((one) => one?.p));
  return found.map((one, at) => {
    const p = adjusted[at];
    if (one === undefined) return undefined;
    return p === undefined ? one : { ...one, adjusted: p };
  });
}

/** Every pair by itself, in slices: limits from the exact ones of the two shares of one probe. */
export async function compareEach(
  pairs: readonly PairedCluster[],
): Promise<readonly (PairedDifference | undefined)[]> {
  const slicer = new Slicer();
  const found: (PairedDifference | undefined)[] = [];
  for (const pair of pairs) {
    found.push(pairedLogit([pair]));
    if (slicer.due()) await slicer.rest();
  }
  return found;
}

/** `0.003`, `below 0.001` */
export function pText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}
