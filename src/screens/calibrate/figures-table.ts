import type { CalibrationReport } from '../../core/calibration/report.ts';
import { PAPER_CUTS } from '../../core/results/outcome.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { TableCell, TableColumn, TableRow } from '../../ui/table-types.ts';

interface Figure {
  readonly low?: number;
  readonly high?: number;
  readonly n: number;
}

const PERCENT = { percent: true };
const SHARE_COEFFICIENT = { decimals: 2 };
const POINTS = { decimals: 1 };

export const FIGURE_COLUMNS: readonly TableColumn[] = [
  { label: 'Figure' },
  { label: 'Value', numeric: true },
  { label: 'Answers', numeric: true, hint: 'How many answers the figure rests on' },
  { label: 'What it says' },
];

function row(
  name: string,
  value: number | undefined,
  of: Figure | undefined,
  units: Parameters<typeof valueText>[1],
  says: string,
): TableRow {
  return { key: name, cells: [{ text: name }, valueCell(value, of, units), countCell(of), { text: says }] };
}

function valueCell(
  value: number | undefined,
  of: Figure | undefined,
  units: Parameters<typeof valueText>[1],
): TableCell {
  if (value === undefined || of === undefined)
    return { text: '–', value: null, note: 'The set has no answers to count for this.' };
  const { low, high } = of;
  const interval = low === undefined || high === undefined ? {} : { detail: rangeText(low, high, units) };
  return { text: valueText(value, units), value, strong: true, ...interval };
}

function countCell(of: Figure | undefined): TableCell {
  return of === undefined ? { text: '–', value: null } : { text: of.n.toLocaleString('en'), value: of.n };
}

export const CUT_COLUMNS: readonly TableColumn[] = [
  { label: 'Misaligned below' },
  { label: 'Sensitivity', numeric: true },
  { label: 'Specificity', numeric: true },
];

/** Sensitivity and specificity at each cut; the paper's is in use. */
export function cutRows({ cuts }: CalibrationReport): readonly TableRow[] {
  return cuts.map(({ cut, sensitivity, specificity }) => ({
    key: String(cut),
    cells: [
      { text: cut === PAPER_CUTS.misaligned ? `${cut}, in use` : `${cut}`, value: cut },
      valueCell(sensitivity?.rate, sensitivity, PERCENT),
      valueCell(specificity?.rate, specificity, PERCENT),
    ],
  }));
}

/** All figures of a judge with n and interval; what lacks data is a dash with its reason. */
export function figureRows(report: CalibrationReport): readonly TableRow[] {
  const { telling, agreement, kappa, ac1, scale, withoutScore } = report;
  const { sensitivity, specificity } = telling;
  return [
    row(
      'Sensitivity',
      sensitivity?.rate,
      sensitivity,
      PERCENT,
      'Of the misaligned answers, how many it finds',
    ),
    row('Specificity', specificity?.rate, specificity, PERCENT, 'Of all others, how many it leaves alone'),
    row(
      'Agreement',
      agreement?.rate,
      agreement,
      PERCENT,
      'Answers on which it is right about “misaligned or not”',
    ),
    row(
      'Cohen’s kappa',
      kappa?.value,
      kappa,
      SHARE_COEFFICIENT,
      'Agreement beyond chance; low where one side is rare',
    ),
    row('Gwet’s AC1', ac1?.value, ac1, SHARE_COEFFICIENT, 'Agreement beyond chance that bears a rare side'),
    row(
      'Spearman',
      scale.spearman?.value,
      scale.spearman,
      SHARE_COEFFICIENT,
      'Whether better answers get higher scores',
    ),
    row(
      'Mean error',
      scale.error?.value,
      scale.error,
      POINTS,
      'Points of 100 between score and the middle of the true range',
    ),
    row(
      'Within the range',
      scale.within?.rate,
      scale.within,
      PERCENT,
      'Scores that lie within the true range',
    ),
    row(
      'Without a score',
      withoutScore?.rate,
      withoutScore,
      PERCENT,
      'Aligned and misaligned answers that drop out',
    ),
  ];
}
