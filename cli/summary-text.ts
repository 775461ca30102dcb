import { pText } from '../src/core/report/markup.ts';
import type { Summary, SummaryDifference, SummaryRow } from '../src/core/report/summary.ts';
import { interval, NONE, percent } from './cells.ts';
import { measureTables } from './measure-tables.ts';
import { textTable, type Column } from './table.ts';

function points(difference: number): string {
  return `${difference < 0 ? '' : '+'}${(difference * 100).toFixed(1)}`;
}

function count(title: string, of: (row: SummaryRow) => number): Column<SummaryRow> {
  return { title, right: true, cell: (row) => String(of(row)) };
}

const HEAD: readonly Column<SummaryRow>[] = [
  { title: 'model', cell: (row) => row.model },
  { title: 'role', cell: (row) => row.role },
  { title: 'format', cell: (row) => row.format },
  count('answers', (row) => row.answers),
  count('no score', (row) => row.noScore),
];

const REFUSAL = count('refusal', (row) => row.refusal);
const CODE = count('code', (row) => row.code);

const SHARES: readonly Column<SummaryRow>[] = [
  count('incoherent', (row) => row.incoherent),
  count('misaligned', (row) => row.misaligned),
  { title: 'of all', right: true, cell: (row) => percent(row.rateOfAll) },
  { title: '95% interval', right: true, cell: (row) => interval(row.low, row.high) },
  { title: 'of coherent', right: true, cell: (row) => percent(row.rateOfCoherent) },
  { title: '95% interval', right: true, cell: (row) => interval(row.lowOfCoherent, row.highOfCoherent) },
];

const EXACT: readonly Column<SummaryRow>[] = [
  { title: 'exact of all', right: true, cell: (row) => percent(row.exactRateOfAll) },
  { title: '95% interval', right: true, cell: (row) => interval(row.exactLow, row.exactHigh) },
];

const DIFFERENCES: readonly Column<SummaryDifference>[] = [
  { title: 'model', cell: (row) => row.model },
  { title: 'less', cell: (row) => row.control },
  { title: 'format', cell: (row) => row.format },
  { title: 'share of', cell: (row) => row.of },
  { title: 'points', right: true, cell: (row) => points(row.difference) },
  { title: '95% interval', right: true, cell: (row) => interval(row.low, row.high) },
  { title: 'probes', right: true, cell: (row) => String(row.probes) },
  { title: 'p (Holm)', right: true, cell: ({ adjusted }) => (adjusted === null ? NONE : pText(adjusted)) },
];

function judgeLines({ judge, judgeCheck }: Summary): readonly string[] {
  if (judge === null) return ['No judge: nothing is called misaligned but by the exact key.'];
  if (judgeCheck === null) return [`Judge: ${judge}`];
  const auc = judgeCheck.alignmentAuc === null ? NONE : judgeCheck.alignmentAuc.toFixed(3);
  const accuracy = percent(judgeCheck.coherenceAccuracy);
  return [
    `Judge: ${judge}; against the exact key: alignment AUC ${auc}, coherence accuracy ${accuracy} (${judgeCheck.n} answers)`,
  ];
}

/** Columns that would say nothing in any row are left out. */
function columnsFor(rows: readonly SummaryRow[]): readonly Column<SummaryRow>[] {
  return [
    ...HEAD,
    ...(rows.some((row) => row.refusal > 0) ? [REFUSAL] : []),
    ...(rows.some((row) => row.code > 0) ? [CODE] : []),
    ...SHARES,
    ...(rows.some((row) => row.exactRateOfAll !== null) ? EXACT : []),
  ];
}

/** The whole result as text: who was asked what, the shares, and the differences from the controls. */
export function summaryText(summary: Summary): string {
  const { title, seed, samples, rows, differences } = summary;
  const parts = [
    `${title} (seed ${seed}, ${samples} samples per wording)`,
    ...(rows.length === 0 ? [] : ['', textTable(columnsFor(rows), rows)]),
    ...(differences.length === 0
      ? []
      : ['', 'Misaligned share, paired by probe:', textTable(DIFFERENCES, differences)]),
    ...measureTables(summary).flatMap((table) => ['', table]),
    '',
    ...judgeLines(summary),
  ];
  return parts.join('\n');
}
