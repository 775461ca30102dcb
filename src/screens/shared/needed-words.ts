import type { Needed } from '../../core/stats/needed.ts';
import { percent } from '../../ui/format.ts';
import { counted } from '../../ui/format.ts';

/** `45 answers to each of the 8 probes, 360 in all`, or why no number does. */
export function neededText(needed: Needed): string {
  if (needed.reached) {
    const { probes, answers, total } = needed;
    return `${counted(answers, 'answer')} to each of ${counted(probes, 'probe')}, ${counted(total, 'answer')} in all`;
  }
  const { best, fewestProbes, probesAtHundred } = needed;
  const end =
    best === undefined
      ? 'Not to be had this way'
      : `Not to be had this way: answers without end give ${percent(best)}`;
  if (probesAtHundred !== undefined)
    return `${end}. ${counted(probesAtHundred, 'probe')} with 100 answers each would do.`;
  return fewestProbes === undefined
    ? `${end}.`
    : `${end}. From ${counted(fewestProbes, 'probe')} on it can be.`;
}
