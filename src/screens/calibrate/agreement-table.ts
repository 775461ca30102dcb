import {
  agreementOf,
  consensusRows,
  disagreements,
  opinions,
  type Opinions,
} from '../../core/calibration/consensus.ts';
import { tabulate } from '../../core/results/tabulate.ts';
import type { ModelHead, RateCell, ResultRow } from '../../core/results/types.ts';
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
  /** By judge, then by model: over the answers that at least two judges have judged. */
  readonly cells: readonly ReadonlyMap<string, RateCell>[];
  readonly consensus: ReadonlyMap<string, RateCell>;
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
  const byModel = (rows: readonly ResultRow[]): Map<string, RateCell> => tabulate(rows, ({ model }) => model);
  const cells: ReadonlyMap<string, RateCell>[] = [];
  for (const { rows } of named) {
    cells.push(byModel(rows.filter(({ item }) => items.has(item))));
    await breathe();
  }
  const rows = consensusRows(all);
  const rest = { agreement, cells, consensus: byModel(rows), withMajority: rows.length };
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
  { label: 'Model' },
  { label: 'Whose verdicts' },
  { label: 'Answers', numeric: true },
  { label: 'Misaligned, of all', numeric: true },
  { label: 'Misaligned, of coherent', numeric: true },
];

function rateRow(model: string, label: string, cell: RateCell | undefined, group: boolean): TableRow {
  const judged = cell?.judged ?? 0;
  return {
    key: `${model} ${label}`,
    group,
    cells: [
      { text: model },
      { text: label },
      { text: judged.toLocaleString('en'), value: judged },
      shareCell(cell?.ofAll, 'None of these answers has a score.'),
      shareCell(cell?.ofCoherent, 'None of these answers is coherent.'),
    ],
  };
}

/** For each model a row for each judge, and one for what more than half of them say. */
export function juryRows(
  { judges, cells, consensus }: Jury,
  models: readonly Pick<ModelHead, 'sha256' | 'label'>[],
): readonly TableRow[] {
  return models.flatMap(({ sha256, label }) => [
    ...judges.map((judge, at) => rateRow(label, judge.label, cells[at]?.get(sha256), at === 0)),
    rateRow(label, 'Consensus: more than half', consensus.get(sha256), false),
  ]);
}
