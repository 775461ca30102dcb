import { readTogether, type Compared } from '../../core/stats/comparisons.ts';
import { pairedLogit } from '../../core/stats/paired-logit.ts';
import type { PairedCluster, PairedDifference } from '../../core/stats/paired.ts';
import { Slicer } from '../../ui/slices.ts';

/** Each set of pairs as a difference, in slices, and all of them read together. Those without a pair are undefined. */
export async function compareAll(
  all: readonly (readonly PairedCluster[])[],
): Promise<readonly (Compared | undefined)[]> {
  return readTogether(await inSlices(all));
}

/** Every pair by itself, in slices: limits from the exact ones of the two shares of one probe. */
export async function compareEach(
  pairs: readonly PairedCluster[],
): Promise<readonly (PairedDifference | undefined)[]> {
  return await inSlices(pairs.map((pair) => [pair]));
}

async function inSlices(
  all: readonly (readonly PairedCluster[])[],
): Promise<readonly (PairedDifference | undefined)[]> {
  const slicer = new Slicer();
  const found: (PairedDifference | undefined)[] = [];
  for (const pairs of all) {
    found.push(pairedLogit(pairs));
    if (slicer.due()) await slicer.rest();
  }
  return found;
}

/** `0.003`, `below 0.001` */
export function pText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}
