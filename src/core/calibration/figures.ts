import { placed, type Case } from './case.ts';
import { agreementsOf, proportion, tellingOf, tellingOfCoherent } from './screen.ts';
import type { Agreements, Proportion, Telling } from './screen.ts';

/** The figures that say how far a judge can be trusted; one without data is absent. */
export interface CalibrationFigures extends Agreements {
  readonly telling: Telling;
  /** Among the answers that the judge takes for coherent, for shares of those. */
  readonly tellingOfCoherent: Telling;
  /** Share of the aligned and misaligned answers that come out without both scores, as refusal, code or nothing at all. */
  readonly withoutScore?: Proportion;
}

const UNSCORED: readonly Case['outcome'][] = ['refusal', 'code', 'no-score'];

export function figuresOf(cases: readonly Case[]): CalibrationFigures {
  const owed = cases.filter(({ expect }) => placed(expect) !== 'aside');
  const withoutScore = proportion(owed, ({ outcome }) => UNSCORED.includes(outcome));
  return {
    ...agreementsOf(cases),
    telling: tellingOf(cases),
    tellingOfCoherent: tellingOfCoherent(cases),
    ...(withoutScore === undefined ? {} : { withoutScore }),
  };
}
