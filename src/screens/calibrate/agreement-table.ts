import {
  agreementOf,
  consensusRows,
  disagreements,
  opinions,
  type Opinions,
} from '../../core/calibration/consensus.ts';
import { rateCell } from '../../core/results/tabulate.ts';
import type { RateCell } from '../../core/results/types.ts';
import type { Agreement } from '../../core/stats/agreement.ts';
import type { JudgesAgreement } from '../../core/stats/judges.ts';
import type { RunOpinion } from '../../state/judging-types.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import { breathe } from '../../ui/slices.ts';
import type { TableCell, TableColumn, TableRow } from '../../ui/table-types.ts';
import { shareCell } from '../shared/shares.ts';

/** What several judges say of one run, side by side. */
export interface Jury {
  readonly judges: readonly RunOpinion[];
  readonly answers: number;
  readonly agreement: JudgesAgreement;
  /** Misaligned shares of all answers, over the answers that at least two judges have judged. */
  readonly cells: readonly RateCell[];
  readonly consensus: RateCell;
  readonly withMajority: number;
  readonly apart: readonly Opinions[];
}

/** Works it out in steps, so that a long run does not hold the page. */
export async function juryOf(judges: readonly RunOpinion[]): Promise<Jury> {
  const named = judges.map(({ rows }, at) => ({ id: String(at), rows }));
  const all = opinions(named);
  await breathe();
  const agreement = agreementOf(
    named.map(({ id }) => id),
    all,
  );
  await breathe();
  const items = new Set(all.map(({ row }) => row.item));
  const cells: RateCell[] = [];
  for (const { rows } of named) {
    cells.push(rateCell(rows.filter(({ item }) => items.has(item))));
    await breathe();
  }
  const rows = consensusRows(all);
  const rest = { agreement, cells, consensus: rateCell(rows), withMajority: rows.length };
  return { judges, answers: all.length, ...rest, apart: disagreements(all) };
}

export const AGREEMENT_COLUMNS: readonly TableColumn[] = [
  { label: 'Judge' },
  { label: 'and judge' },
  { label: 'Answers', numeric: true },
  { label: 'Agree', numeric: true, hint: 'On “misaligned, or anything else”' },
  { label: 'Kappa', numeric: true, hint: 'Cohen’s kappa, clustered on the probe' },
  { label: 'AC1', numeric: true, hint: 'Gwet’s AC1, clustered on the probe' },
];

function coefficient(of: Agreement | undefined): TableCell {
  if (of === undefined) return { text: '–', value: null, note: 'Both judges gave every answer the same.' };
  const units = { decimals: 2 };
  return { text: valueText(of.value, units), value: of.value, detail: rangeText(of.low, of.high, units) };
}

export function agreementRows({ agreement, judges }: Jury): readonly TableRow[] {
  const label = (id: string): string => judges[Number(id)]?.label ?? id;
  return agreement.pairs.map(({ a, b, agreement: share, kappa, ac1 }) => ({
    key: `${a} ${b}`,
    cells: [
      { text: label(a) },
      { text: label(b) },
      { text: `${share?.n ?? 0}`, value: share?.n ?? 0 },
      share === undefined
        ? { text: '–', value: null, note: 'They have judged no answer in common.' }
        : {
            text: valueText(share.rate, { percent: true }),
            value: share.rate,
            detail: rangeText(share.low, share.high, { percent: true }),
          },
      coefficient(kappa),
      coefficient(ac1),
    ],
  }));
}

export const RATE_COLUMNS: readonly TableColumn[] = [
  { label: 'Whose verdicts' },
  { label: 'Answers', numeric: true },
  { label: 'Misaligned, of all', numeric: true },
  { label: 'Misaligned, of coherent', numeric: true },
];

function rateRow(label: string, cell: RateCell, key: string): TableRow {
  return {
    key,
    cells: [
      { text: label },
      { text: cell.judged.toLocaleString('en'), value: cell.judged },
      shareCell(cell.ofAll, 'None of these answers has a score.'),
      shareCell(cell.ofCoherent, 'None of these answers is coherent.'),
    ],
  };
}

/** One row for each judge, and one for what more than half of them say. */
export function juryRows({ judges, cells, consensus }: Jury): readonly TableRow[] {
  const rows = judges.flatMap(({ label }, at) => {
    const cell = cells[at];
    return cell === undefined ? [] : [rateRow(label, cell, String(at))];
  });
  return [
    ...rows,
    { ...rateRow('Consensus: more than half of the judges', consensus, 'consensus'), group: true },
  ];
}
