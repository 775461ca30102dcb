import type { Judging } from '../../core/judging/types.ts';
import type { AppState } from '../../state/types.ts';

/** What a judging is about, in words; what is gone has no title. */
export function titleOf(
  { subject }: Judging,
  { judgings, runs }: Pick<AppState, 'judgings' | 'runs'>,
): string {
  if (subject.kind === 'calibration')
    return judgings.sets.find(({ hash }) => hash === subject.set)?.title ?? 'a set that is gone';
  return runs.runs.find(({ id }) => id === subject.runId)?.title ?? 'a run that is gone';
}
