import type { Denominator, Estimate, RateCell } from '../../core/results/types.ts';
import { rangeText, valueText, withInterval } from '../../ui/chart-format.ts';
import type { TableCell } from '../../ui/table-types.ts';

export const DENOMINATORS = [
  { value: 'all', label: 'all answers' },
  { value: 'coherent', label: 'coherent answers' },
] as const;

export function estimateOf(cell: RateCell | undefined, of: Denominator): Estimate | undefined {
  return of === 'all' ? cell?.ofAll : cell?.ofCoherent;
}

/** Why a share is missing, in words; a share that is there has none. */
export function whyMissing(cell: RateCell | undefined, of: Denominator): string | undefined {
  if (estimateOf(cell, of) !== undefined) return undefined;
  if (cell === undefined || cell.total === 0) return 'Not asked in this run.';
  if (cell.judged === 0) return 'No answer has been judged yet.';
  if (cell.judged === cell.counts['no-score']) return 'The judge gave none of these answers a score.';
  return of === 'coherent'
    ? 'No coherent answer to take a share of.'
    : 'No judged answer to take a share of.';
}

const PERCENT = { percent: true };

function howMade({ clusters, method, n }: Estimate): string {
  const how = method === 'korn-graubard' ? ', exact limits because nothing or everything was seen' : '';
  return `${n} answers to ${clusters} ${clusters === 1 ? 'probe' : 'probes'}${how}`;
}

/** A share with its interval in small print, or a dash with its reason. */
export function shareCell(estimate: Estimate | undefined, missing: string | undefined): TableCell {
  if (estimate === undefined) return { text: '–', value: null, note: missing ?? 'There is no number here.' };
  const { rate, low, high } = estimate;
  return {
    text: valueText(rate, PERCENT),
    value: rate,
    detail: rangeText(low, high, PERCENT),
    note: howMade(estimate),
    strong: true,
  };
}

/** `38.0% (21.0 to 55.0%)` */
export function shareText({ rate, low, high }: Estimate): string {
  return withInterval(rate, low, high, PERCENT);
}

export const INTERVAL_EXPLAINED =
  'Intervals are 95% intervals clustered on the probe: answers to one probe resemble each other, so the interval rests on how much the probes differ, not only on how many answers there are.';
