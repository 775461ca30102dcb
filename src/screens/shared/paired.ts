import type { Tally } from '../../core/results/tabulate.ts';
import type { Denominator } from '../../core/results/types.ts';
import { pairedDifference, type PairedDifference } from '../../core/stats/paired.ts';

/** Share of `ours` less share of `theirs`, paired by the probes that both were asked; undefined without any. */
export function pairedOf(
  ours: Tally | undefined,
  theirs: Tally | undefined,
  denominator: Denominator,
): PairedDifference | undefined {
  if (ours === undefined || theirs === undefined) return undefined;
  const other = theirs.clusters(denominator);
  const pairs = [...ours.clusters(denominator)].flatMap(([probe, model]) => {
    const control = other.get(probe);
    return control === undefined ? [] : [{ model, control }];
  });
  return pairedDifference(pairs);
}
