import { clip } from './clustered.ts';
import { LEVEL, studentQuantile, tFactor } from './quantiles.ts';

export interface DifferencePlan {
  readonly probes: number;
  /** Answers of each model to each probe. */
  readonly answers: number;
  /** The control's rate as expected, 0..1. */
  readonly rate: number;
  /** How alike answers to one probe are (`intraclusterCorrelation`). */
  readonly icc: number;
  /** How well the two models' rates go together from probe to probe, -1..1: 0 (nothing gained by pairing) unless known. */
  readonly correlation?: number;
  /** Standard deviation of the true difference from probe to probe; when known, it replaces icc and correlation in the part between probes. */
  readonly between?: number;
  readonly power?: number;
  readonly level?: number;
}

/**
 * Standard error of a paired difference when the model's rate is `rate` + `difference`: variance of the true difference between probes plus
 * p(1-p)(1-icc)/m of each model, over the probes (Miller 2024, section 5; the parts of a yes-or-no variance are icc p(1-p) between
 * probes and (1-icc) p(1-p) within one).
 */
export function plannedError(plan: DifferencePlan, difference: number): number {
  const { probes, answers, rate, correlation = 0 } = plan;
  const icc = clip(plan.icc, 0, 1);
  const control = rate * (1 - rate);
  const model = Math.max(0, (rate + difference) * (1 - rate - difference));
  const between =
    plan.between === undefined
      ? icc * (control + model - 2 * correlation * Math.sqrt(control * model))
      : plan.between ** 2;
  return Math.sqrt((between + ((1 - icc) * (control + model)) / answers) / probes);
}

/**
 * The smallest rise over the control's rate that a run finds (its interval leaves out 0) with the wanted power, 80% unless told: the d at
 * which d = (t(1-alpha/2) + t(power)) SE(d), with probes - 1 degrees of freedom (Bloom 1995, Evaluation Review 19:547). Undefined
 * below two probes, without answers, and where no rise up to rate 1 is large enough.
 */
export function detectableDifference(plan: DifferencePlan): number | undefined {
  const { probes, answers, rate, power = 0.8, level = LEVEL } = plan;
  if (probes < 2 || answers < 1) return undefined;
  const factor = tFactor(probes - 1, level) + studentQuantile(power, probes - 1);
  const enough = (difference: number): boolean => difference >= factor * plannedError(plan, difference);
  let [low, high] = [0, 1 - rate];
  if (!enough(high)) return undefined;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
