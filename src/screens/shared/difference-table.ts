import type { Compared } from '../../core/stats/comparisons.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { TableCell, TableColumn } from '../../ui/table-types.ts';
import { dashCell } from './cells.ts';
import { pText } from './comparisons.ts';

const POINTS = { signed: true };

export const DIFFERENCE_COLUMNS: readonly TableColumn[] = [
  { label: 'Difference', numeric: true, hint: 'In percentage points, with its 95% interval' },
  { label: 'Interval', hint: 'Whether the interval leaves out zero' },
  {
    label: 'p, adjusted',
    numeric: true,
    hint: 'Of no difference, two-sided; adjusted for all comparisons of this table by Holm’s method',
  },
  { label: 'Probes', numeric: true, hint: 'Probes that both models were asked' },
];

export function differenceCells(one: Compared | undefined): readonly TableCell[] {
  if (one === undefined) {
    const dash = dashCell('No probe was answered by both models in a way that counts here.');
    return [dash, dash, dash, dash];
  }
  const side = one.low > 0 ? 'above zero' : one.high < 0 ? 'below zero' : 'holds zero';
  return [
    {
      text: valueText(one.difference, POINTS),
      value: one.difference,
      detail: rangeText(one.low, one.high, POINTS),
      strong: true,
    },
    { text: side },
    one.adjusted === undefined
      ? dashCell('One probe cannot tell a difference from chance among probes.')
      : { text: pText(one.adjusted), value: one.adjusted },
    { text: String(one.probes), value: one.probes },
  ];
}
