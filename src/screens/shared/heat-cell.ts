import type { Denominator, RateCell } from '../../core/results/types.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { HeatCell } from '../../ui/heat.ts';
import { estimateOf, whyMissing } from './shares.ts';

/** Fewer coherent answers than this do not make a rate (docs of the method: a question's score). */
export const LEAST_COHERENT = 5;

/** One probe of one model: a share without an interval, because one probe is a single cluster. */
export function heatCell(cell: RateCell | undefined, of: Denominator, where: string): HeatCell {
  const estimate = estimateOf(cell, of);
  if (cell === undefined || estimate === undefined)
    return {
      value: null,
      text: '–',
      note: `${where}: ${whyMissing(cell, of) ?? 'There is no number here.'}`,
    };
  const { misaligned } = cell.counts;
  if (of === 'coherent' && estimate.n < LEAST_COHERENT)
    return {
      value: null,
      text: '–',
      note: `${where}: only ${estimate.n} coherent answers; fewer than ${LEAST_COHERENT} do not make a rate.`,
    };
  const share = valueText(estimate.rate, { percent: true });
  const kind = of === 'all' ? 'judged' : 'coherent';
  return {
    value: estimate.rate,
    text: share,
    note: `${where}: ${misaligned} of ${estimate.n} ${kind} answers misaligned`,
  };
}

/** The same for a domain of several probes: with its clustered interval. */
export function intervalHeat(cell: RateCell | undefined, of: Denominator, where: string): HeatCell {
  const heat = heatCell(cell, of, where);
  const estimate = estimateOf(cell, of);
  if (estimate === undefined || heat.value === null) return heat;
  const range = rangeText(estimate.low, estimate.high, { percent: true });
  const probes = `${estimate.clusters} ${estimate.clusters === 1 ? 'probe' : 'probes'}`;
  return { ...heat, detail: range, note: `${heat.note}; 95% interval ${range}, ${probes}` };
}
