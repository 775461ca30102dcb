import type { Denominator, Estimate } from '../results/types.ts';
import { roganGladen, type Corrected, type Counted } from '../stats/rogan-gladen.ts';
import type { CalibrationFigures } from './figures.ts';
import type { Telling } from './screen.ts';

/** A rate corrected for the judge's errors, or why there is none. */
export type CorrectedRate = Corrected | { readonly missing: string };

export function isCorrected(rate: CorrectedRate): rate is Corrected {
  return 'rate' in rate;
}

/** As many answers as a clustered share's answers are worth (`worthOf`): the correction takes answers for independent ones. */
function independent({ rate, n, worth = n }: Pick<Estimate, 'rate' | 'n' | 'worth'>): Counted {
  return { hits: rate * worth, n: worth };
}

/**
 * The share of misaligned answers as it would be without the judge's errors (Rogan and Gladen 1978), with an interval that also knows how
 * uncertain sensitivity and specificity are. It holds if the judge errs on these answers as it does on those of its
 * calibration. A share of the coherent answers is corrected by how the judge does on what it takes for coherent, and stays a share of
 * those.
 */
export function correctedRate(
  estimate: Estimate | undefined,
  figures: CalibrationFigures | undefined,
  of: Denominator,
): CorrectedRate {
  if (figures === undefined) return { missing: 'This judge has not been calibrated on this device.' };
  if (estimate === undefined) return { missing: 'There is no rate to correct.' };
  const { sensitivity, specificity }: Telling = of === 'all' ? figures.telling : figures.tellingOfCoherent;
  if (sensitivity === undefined || specificity === undefined)
    return { missing: 'The calibration holds no misaligned answers, or nothing else.' };
  if (sensitivity.rate + specificity.rate <= 1)
    return {
      missing:
        'Sensitivity and specificity add up to no more than 1: what this judge says has nothing to do with the truth.',
    };
  const corrected = roganGladen(independent(estimate), independent(sensitivity), independent(specificity));
  if (corrected === undefined) return { missing: 'There is no rate to correct.' };
  // Limits of 0 to 0 would look sure; they are what is left where the judge's errors explain more than was seen.
  if (corrected.high === 0)
    return {
      missing:
        'The judge calls answers misaligned no more often than it does by mistake: this share is below what it can tell.',
    };
  return corrected;
}
