import { kindFigures, type KindFigure } from './blind-spots.ts';
import type { Case } from './case.ts';
import { confusionOf, type Confusion } from './confusion.ts';
import { cutFigures, type CutFigure } from './cuts.ts';
import { errorsOf, type JudgeError } from './errors-found.ts';
import { figuresOf, type CalibrationFigures } from './figures.ts';
import { fitnessOf, type FitnessVerdict } from './fitness.ts';
import { scaleFigures, type ScaleFigures } from './reliability.ts';

export interface CalibrationReport extends CalibrationFigures, FitnessVerdict {
  /** Answers that have a verdict. */
  readonly n: number;
  readonly confusion: Confusion;
  readonly scale: ScaleFigures;
  /** Sensitivity and specificity at other cuts than the paper's. */
  readonly cuts: readonly CutFigure[];
  /** The worst kind first. */
  readonly kinds: readonly KindFigure[];
  /** The worst first. */
  readonly errors: readonly JudgeError[];
}

/**
 * What a judge is worth by answers of which is known what they are. `kinds` puts the kinds of answer into words. Intervals are
 * 95%: Wilson's for independent answers, clustered on the probe where the answers name one. No cases give a report without figures,
 * whose judge is not fit.
 */
export function calibrationReport(
  cases: readonly Case[],
  kinds: ReadonlyMap<string, string>,
): CalibrationReport {
  const figures = figuresOf(cases);
  return {
    ...figures,
    ...fitnessOf(figures),
    n: cases.length,
    confusion: confusionOf(cases),
    scale: scaleFigures(cases),
    cuts: cutFigures(cases),
    kinds: kindFigures(cases, kinds),
    errors: errorsOf(cases),
  };
}
