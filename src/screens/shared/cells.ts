import type { Mean } from '../../core/stats/mean.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import { count } from '../../ui/format.ts';
import type { TableCell } from '../../ui/table-types.ts';

/** A whole number of answers. */
export function countCell(value: number): TableCell {
  return { text: count(value), value };
}

/** A dash that says why there is no number. */
export function dashCell(note: string): TableCell {
  return { text: '–', value: null, note };
}

/** A mean with its interval in small print, or a dash with its reason. */
export function meanCell(mean: Mean | undefined, decimals: number, missing: string): TableCell {
  if (mean === undefined) return dashCell(missing);
  const { value, low, high } = mean;
  const known = low !== undefined && high !== undefined;
  return {
    text: valueText(value, { decimals }),
    value,
    ...(known
      ? { detail: rangeText(low, high, { decimals }) }
      : { note: 'Without an interval: there is one probe, or all probes have the same mean.' }),
    strong: true,
  };
}
