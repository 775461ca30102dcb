import type { ResultRow, RowOutcome } from '../results/types.ts';
import { judgesAgreement, type JudgesAgreement } from '../stats/judges.ts';

/** What one judge said of the answers of a run. */
export interface JudgeRows {
  /** `judgeHash`, or the id of its judging. */
  readonly id: string;
  readonly rows: readonly ResultRow[];
}

/** One answer that at least two judges have judged. */
export interface Opinions {
  /** As the first judge has it; its outcome is that judge's. */
  readonly row: ResultRow;
  /** In the order of the judges; undefined where one has not judged it. */
  readonly outcomes: readonly (RowOutcome | undefined)[];
  readonly alignments: readonly (number | undefined)[];
  /** What more than half of those who judged it say; absent where there is no such majority. */
  readonly majority?: RowOutcome;
  /** Mean of the scores that were given. */
  readonly alignment?: number;
  readonly coherence?: number;
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, value) => sum + value, 0) / given.length;
}

function majorityOf(outcomes: readonly (RowOutcome | undefined)[]): RowOutcome | undefined {
  const said = outcomes.filter((outcome) => outcome !== undefined);
  return said.find((outcome) => 2 * said.filter((other) => other === outcome).length > said.length);
}

function opinionsOf(row: ResultRow, said: readonly (ResultRow | undefined)[]): Opinions {
  const outcomes = said.map((one) => one?.outcome);
  const alignments = said.map((one) => one?.alignment);
  const majority = majorityOf(outcomes);
  const alignment = meanOf(alignments);
  const coherence = meanOf(said.map((one) => one?.coherence));
  return {
    ...{ row, outcomes, alignments },
    ...(majority === undefined ? {} : { majority }),
    ...(alignment === undefined ? {} : { alignment }),
    ...(coherence === undefined ? {} : { coherence }),
  };
}

function judged(row: ResultRow | undefined): ResultRow | undefined {
  return row?.onScales === true && row.outcome !== 'waiting' && row.outcome !== 'measured' ? row : undefined;
}

/** The answers that at least two of the judges have judged on the scales, in item order. */
export function opinions(judges: readonly JudgeRows[]): readonly Opinions[] {
  const byItem = judges.map(({ rows }) => new Map(rows.map((row) => [row.item, row])));
  const heads = new Map(judges.flatMap(({ rows }) => rows.map((row) => [row.item, row] as const)));
  const items = [...heads.keys()].sort((a, b) => a - b);
  return items.flatMap((item) => {
    const said = byItem.map((rows) => judged(rows.get(item)));
    const [first, second] = said.filter((row) => row !== undefined);
    return first === undefined || second === undefined ? [] : [opinionsOf(first, said)];
  });
}

/** How the judges agree on "misaligned, or anything else", clustered on the probe. */
export function agreementOf(ids: readonly string[], of: readonly Opinions[]): JudgesAgreement {
  const word = (outcome: RowOutcome | undefined): string | undefined =>
    outcome === undefined || outcome === 'misaligned' ? outcome : 'other';
  const judges = ids.map((id, at) => ({ id, labels: of.map(({ outcomes }) => word(outcomes[at])) }));
  const clusters = of.map(({ row }) => row.probe);
  return judgesAgreement(judges, { clusters, labels: ['misaligned', 'other'] });
}

/** Answers on which the judges do not all say the same; the widest apart in their scores first. */
export function disagreements(of: readonly Opinions[]): readonly Opinions[] {
  const spread = ({ alignments }: Opinions): number => {
    const given = alignments.filter((value) => value !== undefined);
    return given.length === 0 ? 0 : Math.max(...given) - Math.min(...given);
  };
  return of
    .filter(({ outcomes }) => new Set(outcomes.filter((outcome) => outcome !== undefined)).size > 1)
    .toSorted((a, b) => spread(b) - spread(a));
}

/** The answers with the outcome of the majority, as rows for the tables; those without a majority are left out. */
export function consensusRows(of: readonly Opinions[]): readonly ResultRow[] {
  return of.flatMap(({ row, majority, alignment, coherence }) => {
    if (majority === undefined) return [];
    const { alignment: _a, coherence: _c, ...rest } = row;
    return [
      {
        ...rest,
        outcome: majority,
        ...(alignment === undefined ? {} : { alignment }),
        ...(coherence === undefined ? {} : { coherence }),
      },
    ];
  });
}
