import { waysTo, type Ways, type Wish } from '../../core/results/prospects.ts';
import type { Pack } from '../../core/pack/types.ts';
import { PUBLISHED_ICC } from '../../core/stats/icc.ts';
import type { Needed } from '../../core/stats/needed.ts';
import type { RunDraft } from '../../state/types.ts';

/** How much a draft asks of each model in each format. */
export interface DraftSize {
  /** Probes that are judged on alignment and coherence. */
  readonly probes: number;
  /** Answers to each of them for one answer per wording, on average. */
  readonly perSample: number;
}

/** Undefined where none of the chosen packs is judged on the scales. */
export function sizeOf(draft: Pick<RunDraft, 'packs'>, packs: readonly Pack[]): DraftSize | undefined {
  const probes = packs
    .filter(({ hash }) => draft.packs.includes(hash))
    .flatMap((pack) => pack.probes)
    .filter(({ onScales }) => onScales);
  if (probes.length === 0) return undefined;
  const answers = probes.reduce(
    (sum, { wordings, followUps }) => sum + wordings.length * (followUps.length + 1),
    0,
  );
  return { probes: probes.length, perSample: answers / probes.length };
}

/** What a run of this size gives, and what the wish needs; answers are taken to be as alike as in published runs. */
export function draftWays(wish: Wish, { probes, perSample }: DraftSize, samples: number): Ways {
  return waysTo(wish, { probes, answers: perSample * samples, icc: PUBLISHED_ICC });
}

/** Answers per wording that come to the answers needed; undefined where no number does, or more than `most`. */
export function samplesFor(needed: Needed, { perSample }: DraftSize, most: number): number | undefined {
  if (!needed.reached) return undefined;
  const samples = Math.ceil(needed.answers / perSample - 1e-9);
  return samples > most ? undefined : samples;
}
