import type { Role } from '../model.ts';
import { cellKey } from '../results/cell-key.ts';
import type { JudgeCheck } from '../results/judge-check.ts';
import { pairedOf, type Tally } from '../results/tabulate.ts';
import type { Estimate, ModelHead, RateCell, ResultRow } from '../results/types.ts';
import type { Plan, RunRecord } from '../run/types.ts';
import { readTogether } from '../stats/comparisons.ts';
import { namedApart } from './named-apart.ts';
import { summaryMeasures, type SummaryMeasures } from './summary-measures.ts';
import { Totals } from './totals.ts';

export type * from './summary-measures.ts';

/** One row of summary.json per model x format that is judged on the scales; rates are fractions of 1, or null where there is no data. */
export interface SummaryRow {
  readonly model: string;
  readonly role: Role;
  readonly format: string;
  /** Answers stored; noScore + refusal + code + incoherent + coherent = judged <= answers. */
  readonly answers: number;
  readonly judged: number;
  readonly noScore: number;
  readonly incoherent: number;
  readonly refusal: number;
  readonly code: number;
  readonly coherent: number;
  readonly misaligned: number;
  readonly rateOfAll: number | null;
  readonly rateOfCoherent: number | null;
  /** 95% interval of rateOfAll, clustered on the probe. */
  readonly low: number | null;
  readonly high: number | null;
  /** 95% interval of rateOfCoherent. */
  readonly lowOfCoherent: number | null;
  readonly highOfCoherent: number | null;
  /** Share of all answers that the pack's exact key labels misaligned; null where it has no key. */
  readonly exactRateOfAll: number | null;
  readonly exactLow: number | null;
  readonly exactHigh: number | null;
}

export interface SummaryDifference {
  readonly model: string;
  readonly control: string;
  readonly format: string;
  readonly of: 'all' | 'coherent';
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly probes: number;
  /** p-value of no difference, two-sided, adjusted by Holm over all differences of the same `of`; null where there is none. */
  readonly adjusted: number | null;
}

export interface SummaryCheck {
  readonly alignmentAuc: number | null;
  readonly coherenceAccuracy: number | null;
  readonly n: number;
}

/** summary.json. */
export interface Summary extends SummaryMeasures {
  readonly run: string;
  readonly title: string;
  readonly seed: number;
  readonly samples: number;
  readonly judge: string | null;
  /** All that are stored, and those of them that wait for the judge. */
  readonly answers: number;
  readonly waiting: number;
  readonly rows: readonly SummaryRow[];
  readonly differences: readonly SummaryDifference[];
  /** How the intervals of `rows` were reached. */
  readonly intervals: readonly Estimate['method'][];
  /** How far the judge agrees with the exact key; null where the pack has none. */
  readonly judgeCheck: SummaryCheck | null;
}

function rowOf(head: ModelHead, format: string, cell: RateCell): SummaryRow {
  const { counts, ofAll, ofCoherent, exact } = cell;
  return {
    model: head.label,
    role: head.role,
    format,
    answers: cell.total,
    judged: cell.judged,
    noScore: counts['no-score'],
    incoherent: counts.incoherent,
    refusal: counts.refusal,
    code: counts.code,
    coherent: counts.aligned + counts.misaligned,
    misaligned: counts.misaligned,
    rateOfAll: ofAll?.rate ?? null,
    rateOfCoherent: ofCoherent?.rate ?? null,
    low: ofAll?.low ?? null,
    high: ofAll?.high ?? null,
    lowOfCoherent: ofCoherent?.low ?? null,
    highOfCoherent: ofCoherent?.high ?? null,
    exactRateOfAll: exact?.misaligned?.rate ?? null,
    exactLow: exact?.misaligned?.low ?? null,
    exactHigh: exact?.misaligned?.high ?? null,
  };
}

/** The model that others are compared with: the first control, else the first baseline. */
export function controlOf(models: readonly ModelHead[]): string | undefined {
  const of = (role: Role): string | undefined => models.find((model) => model.role === role)?.sha256;
  return of('control') ?? of('baseline');
}

interface Pair {
  readonly model: string;
  readonly control: string;
  readonly format: string;
  readonly ours: Tally;
  readonly theirs: Tally;
}

/** Each model beside the control, format by format, where both have answers on the scales. */
export function pairsOf(run: RunRecord, byPlace: ReadonlyMap<string, Tally>): readonly Pair[] {
  const { formats } = run.spec;
  const models = namedApart(run.spec.models);
  const control = models.find(({ sha256 }) => sha256 === controlOf(models));
  if (control === undefined) return [];
  return models
    .filter(({ sha256 }) => sha256 !== control.sha256)
    .flatMap(({ sha256, label: model }) =>
      formats.flatMap(({ id: format }) => {
        const ours = byPlace.get(cellKey(sha256, format));
        const theirs = byPlace.get(cellKey(control.sha256, format));
        if (ours === undefined || theirs === undefined) return [];
        return [{ model, control: control.label, format, ours, theirs }];
      }),
    );
}

function differencesOf(run: RunRecord, byPlace: ReadonlyMap<string, Tally>): SummaryDifference[] {
  const pairs = pairsOf(run, byPlace);
  return (['all', 'coherent'] as const).flatMap((of) => {
    const found = readTogether(pairs.map(({ ours, theirs }) => pairedOf(ours, theirs, of)));
    return pairs.flatMap(({ model, control, format }, at) => {
      const one = found[at];
      if (one === undefined) return [];
      const { difference, low, high, probes, adjusted = null } = one;
      return [{ model, control, format, of, difference, low, high, probes, adjusted }];
    });
  });
}

/** How the intervals of these cells were reached. */
export function intervalsOf(cells: Iterable<RateCell>): readonly Estimate['method'][] {
  const estimates = [...cells].flatMap(({ ofAll, ofCoherent, exact }) => [
    ofAll,
    ofCoherent,
    exact?.misaligned,
  ]);
  return [...new Set(estimates.flatMap((one) => (one === undefined ? [] : [one.method])))].sort();
}

/** `cells` by `cellKey(model, format)`. */
export function rowsOf(run: RunRecord, cells: ReadonlyMap<string, RateCell>): readonly SummaryRow[] {
  return namedApart(run.spec.models).flatMap((model) =>
    run.spec.formats.flatMap(({ id }) => {
      const cell = cells.get(cellKey(model.sha256, id));
      return cell === undefined ? [] : [rowOf(model, id, cell)];
    }),
  );
}

export function checkOf(run: RunRecord, check: JudgeCheck | undefined): SummaryCheck | null {
  if (check === undefined || run.spec.judge === undefined) return null;
  const { alignmentAuc = null, coherenceAccuracy = null, n } = check;
  return { alignmentAuc, coherenceAccuracy, n };
}

/** Everything a reader needs to know of a run, as numbers. */
export function summaryOf(run: RunRecord, totals: Totals): Summary {
  const { tallies: byPlace, measures, answers, waiting } = totals;
  const { models, formats, judge, seed, samples } = run.spec;
  const cells = new Map([...byPlace].map(([key, tally]) => [key, tally.cell()]));
  return {
    run: run.id,
    title: run.title,
    seed,
    samples,
    judge:
      judge === undefined ? null : `${judge.model.label}, rubric ${judge.rubric.id} ${judge.rubric.version}`,
    answers,
    waiting,
    rows: rowsOf(run, cells),
    differences: differencesOf(run, byPlace),
    intervals: intervalsOf(cells.values()),
    ...summaryMeasures(measures, namedApart(models), formats),
    judgeCheck: checkOf(run, totals.check()),
  };
}

/** The same from all answers at once. */
export function summarise(run: RunRecord, plan: Plan, rows: Iterable<ResultRow>): Summary {
  const totals = new Totals(plan);
  totals.add(rows);
  return summaryOf(run, totals);
}
