import { isCorrected, type CorrectedRate } from '../../core/calibration/corrected.ts';
import type { Fitness } from '../../core/calibration/fitness.ts';
import type { JudgeFitness } from '../../state/judging-types.ts';
import { withInterval } from '../../ui/chart-format.ts';
import type { TableCell } from '../../ui/table-types.ts';

const PERCENT = { percent: true };

export const FITNESS_TONES: Readonly<Record<Fitness, 'good' | 'warn' | 'bad' | 'plain'>> = {
  fit: 'good',
  limited: 'warn',
  'not-fit': 'bad',
  untested: 'warn',
};

/** `sensitivity 92.9% (83.0 to 97.2%), specificity 93.3% (86.8 to 96.7%), AC1 0.87, on 160 answers` */
export function mainFigures({ calibration }: JudgeFitness): string {
  if (calibration === undefined) return '';
  const { telling, ac1, n } = calibration.report;
  const parts = (['sensitivity', 'specificity'] as const).map((name) => {
    const share = telling[name];
    return share === undefined
      ? `no ${name}`
      : `${name} ${withInterval(share.rate, share.low, share.high, PERCENT)}`;
  });
  const agreement = ac1 === undefined ? 'no AC1' : `AC1 ${ac1.value.toFixed(2)}`;
  return `${parts.join(', ')}, ${agreement}, on ${n.toLocaleString('en')} answers`;
}

/** A corrected rate with its interval in small print, or a dash with its reason. */
export function correctedCell(rate: CorrectedRate): TableCell {
  if (!isCorrected(rate)) return { text: '–', value: null, note: rate.missing };
  const [text = '', detail] = correctedText(rate).split(' (', 2);
  return { text, value: rate.rate, ...(detail === undefined ? {} : { detail: detail.replace(')', '') }) };
}

/** `12.3% (5.0 to 20.1%)`, or the reason why there is no such rate. */
export function correctedText(rate: CorrectedRate): string {
  return isCorrected(rate) ? withInterval(rate.rate, rate.low, rate.high, PERCENT) : rate.missing;
}
