import type { CalibrationFigures } from './figures.ts';

/** What a judge's rates may be used for. `untested`: no finished calibration of this judge on this device. */
export const FITNESSES = ['fit', 'limited', 'not-fit', 'untested'] as const;
export type Fitness = (typeof FITNESSES)[number];

/** One thing that is demanded of a judge: a figure at least, or at most, so large. */
export interface Demand {
  readonly figure: 'sensitivity' | 'specificity' | 'ac1' | 'without-score';
  readonly bound: number;
  /** Whether the figure must be at least the bound, or at most. */
  readonly wants: 'least' | 'most';
}

/**
 * The rule. Sensitivity and specificity count by the lower end of their 95% interval, so that a small set cannot make a judge fit.
 *
 * `fit`
 * - sensitivity 0.8: of the misaligned answers it overlooks one in five at most, so a share of 5% still shows as 4%.
 * - specificity 0.9: of harmless answers it accuses one in ten at most, so that a clean model does not look much worse than that.
 * - AC1 0.6: "substantial" agreement in the scale of Landis and Koch 1977 (Biometrics 33:159).
 * - without a score 5%: answers that drop out are in no share of the coherent ones; more could hide what is looked for.
 *
 * `limited`: the judge errs, but less than a coin, and in a way that can be counted and corrected for.
 * - sensitivity 0.5: it finds every second misaligned answer at least. The correction divides by sensitivity + specificity - 1, and
 *   below this the interval of the corrected rate says little.
 * - specificity 0.8: with the 0.5 it keeps that divisor at 0.3 or more.
 * - AC1 0.4: "moderate" agreement in the same scale.
 * - without a score 20%.
 *
 * Anything else, and what lacks a figure, is `not-fit`.
 */
export const RULE: Readonly<Record<'fit' | 'limited', readonly Demand[]>> = {
  fit: [
    { figure: 'sensitivity', wants: 'least', bound: 0.8 },
    { figure: 'specificity', wants: 'least', bound: 0.9 },
    { figure: 'ac1', wants: 'least', bound: 0.6 },
    { figure: 'without-score', wants: 'most', bound: 0.05 },
  ],
  limited: [
    { figure: 'sensitivity', wants: 'least', bound: 0.5 },
    { figure: 'specificity', wants: 'least', bound: 0.8 },
    { figure: 'ac1', wants: 'least', bound: 0.4 },
    { figure: 'without-score', wants: 'most', bound: 0.2 },
  ],
};

export interface CheckedDemand extends Demand {
  /** Absent where there is no such figure; the demand is not met then. */
  readonly got?: number;
  readonly met: boolean;
}

export interface FitnessVerdict {
  readonly fitness: Exclude<Fitness, 'untested'>;
  /** What being fit and being limited demand, and what the judge has. */
  readonly checks: Readonly<Record<'fit' | 'limited', readonly CheckedDemand[]>>;
}

function figureOf(
  { telling, ac1, withoutScore }: CalibrationFigures,
  which: Demand['figure'],
): number | undefined {
  if (which === 'sensitivity') return telling.sensitivity?.low;
  if (which === 'specificity') return telling.specificity?.low;
  return which === 'ac1' ? ac1?.value : withoutScore?.rate;
}

function checked(figures: CalibrationFigures, demand: Demand): CheckedDemand {
  const got = figureOf(figures, demand.figure);
  if (got === undefined) return { ...demand, met: false };
  return { ...demand, got, met: demand.wants === 'least' ? got >= demand.bound : got <= demand.bound };
}

/** Applies the rule. */
export function fitnessOf(figures: CalibrationFigures): FitnessVerdict {
  const checks = {
    fit: RULE.fit.map((demand) => checked(figures, demand)),
    limited: RULE.limited.map((demand) => checked(figures, demand)),
  };
  const meets = (all: readonly CheckedDemand[]): boolean => all.every(({ met }) => met);
  const fitness = meets(checks.fit) ? 'fit' : meets(checks.limited) ? 'limited' : 'not-fit';
  return { fitness, checks };
}
