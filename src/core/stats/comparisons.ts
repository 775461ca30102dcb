import { holm } from './holm.ts';
import { pairedLogit } from './paired-logit.ts';
import type { PairedCluster, PairedDifference } from './paired.ts';
import { LEVEL, type Limits } from './quantiles.ts';

/** The rule of the tables. */
function asInTables(pairs: readonly PairedCluster[], level: number): PairedDifference | undefined {
  return pairedLogit(pairs, { level });
}

export type PairedEstimator = (
  pairs: readonly PairedCluster[],
  level: number,
) => PairedDifference | undefined;

export interface Comparison<K> {
  readonly key: K;
  readonly difference: PairedDifference;
  /** Holm-adjusted p-value over all comparisons made together; undefined where there is no p-value. */
  readonly adjusted?: number;
  /** The difference is told from 0 with all comparisons counted: adjusted p at most 1 - level. */
  readonly stands: boolean;
  /** Limits that hold for all comparisons at once (Bonferroni's, at 1 - (1 - level) / how many). */
  readonly simultaneous: Limits;
}

/**
 * Several paired differences, read together: with twenty comparisons at 5% one is "found" by chance. Those without a probe that both answered
 * are left out. Bonferroni's intervals are a little wider than Holm's test is strict (Dunn 1961; Holm 1979): a difference may stand
 * whose simultaneous interval just reaches 0.
 */
export function compareTogether<K>(
  comparisons: readonly { readonly key: K; readonly pairs: readonly PairedCluster[] }[],
  level = LEVEL,
  estimate: PairedEstimator = asInTables,
): Comparison<K>[] {
  const found = comparisons.flatMap(({ key, pairs }) => {
    const difference = estimate(pairs, level);
    return difference === undefined ? [] : [{ key, pairs, difference }];
  });
  const adjusted = holm(found.map(({ difference }) => difference.p));
  const together = 1 - (1 - level) / Math.max(1, found.length);
  return found.map(({ key, pairs, difference }, index) => {
    const p = adjusted[index];
    const { low, high } = estimate(pairs, together) ?? difference;
    return {
      key,
      difference,
      ...(p === undefined ? {} : { adjusted: p }),
      stands: p !== undefined && p <= 1 - level + 1e-12,
      simultaneous: { low, high },
    };
  });
}
