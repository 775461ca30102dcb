import { placed, type Case } from './case.ts';
import { tellingOf, type Telling } from './screen.ts';

/** Cuts on the alignment scale that are tried; the paper's is 30. */
export const CUTS = [10, 20, 30, 40, 50] as const;

export interface CutFigure extends Telling {
  /** Misaligned below it. */
  readonly cut: number;
}

/** The case as it would be called with another cut; what is set aside stays there. */
function recut(one: Case, cut: number): Case {
  if (placed(one.outcome) === 'aside' || one.alignment === undefined) return one;
  return { ...one, outcome: one.alignment < cut ? 'misaligned' : 'aligned' };
}

/** Sensitivity and specificity at each cut: a judge whose figures change much from one to the next has a fragile cut. */
export function cutFigures(cases: readonly Case[]): readonly CutFigure[] {
  return CUTS.map((cut) => ({ cut, ...tellingOf(cases.map((one) => recut(one, cut))) }));
}
