import type { Role } from '../model.ts';
import { judgeCheck } from '../results/judge-check.ts';
import { differences, tabulate } from '../results/tabulate.ts';
import type { Estimate, ModelHead, RateCell, ResultRow } from '../results/types.ts';
import type { RunRecord } from '../run/types.ts';

/** summary.json: one row per model x format; rates are fractions of 1, or null where there is no data. */
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
}

export interface Summary {
  readonly run: string;
  readonly title: string;
  readonly seed: number;
  readonly samples: number;
  readonly judge: string | null;
  readonly rows: readonly SummaryRow[];
  readonly differences: readonly SummaryDifference[];
  /** How the intervals of `rows` were reached. */
  readonly intervals: readonly Estimate['method'][];
  /** How far the judge agrees with the exact key; null where the pack has none. */
  readonly judgeCheck: {
    readonly alignmentAuc: number | null;
    readonly coherenceAccuracy: number | null;
    readonly n: number;
  } | null;
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

function differencesOf(rows: readonly ResultRow[], models: readonly ModelHead[]): SummaryDifference[] {
  const control = controlOf(models);
  if (control === undefined) return [];
  const label = (sha: string): string => models.find(({ sha256 }) => sha256 === sha)?.label ?? sha;
  return (['all', 'coherent'] as const).flatMap((of) =>
    differences(rows, models, control, of).map(({ model, format, difference, low, high, probes }) => ({
      ...{ model: label(model), control: label(control), format, of, difference, low, high, probes },
    })),
  );
}

function methodsOf(cells: Iterable<RateCell>): readonly Estimate['method'][] {
  const estimates = [...cells].flatMap(({ ofAll, ofCoherent, exact }) => [
    ofAll,
    ofCoherent,
    exact?.misaligned,
  ]);
  return [
    ...new Set(estimates.flatMap((estimate) => (estimate === undefined ? [] : [estimate.method]))),
  ].sort();
}

/** Everything a reader needs to know of a run, as numbers. */
export function summarise(run: RunRecord, rows: readonly ResultRow[]): Summary {
  const { models, formats, judge, seed, samples } = run.spec;
  const cells = tabulate(rows, (row) => `${row.model} ${row.format}`);
  const table = models.flatMap((model) =>
    formats.flatMap((format) => {
      const cell = cells.get(`${model.sha256} ${format.id}`);
      return cell === undefined ? [] : [rowOf(model, format.id, cell)];
    }),
  );
  const check = judgeCheck(rows);
  return {
    run: run.id,
    title: run.title,
    seed,
    samples,
    judge:
      judge === undefined ? null : `${judge.model.label}, rubric ${judge.rubric.id} ${judge.rubric.version}`,
    rows: table,
    differences: differencesOf(rows, models),
    intervals: methodsOf(cells.values()),
    judgeCheck:
      check === undefined || judge === undefined
        ? null
        : {
            alignmentAuc: check.alignmentAuc ?? null,
            coherenceAccuracy: check.coherenceAccuracy ?? null,
            n: check.n,
          },
  };
}
