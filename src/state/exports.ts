import { AppError } from '../core/errors.ts';
import { answersCsv, answersJsonl } from '../core/formats/answers.ts';
import { inspectLog } from '../core/formats/inspect.ts';
import type { ItemRecord } from '../core/formats/item-record.ts';
import type { Summary } from '../core/report/summary.ts';
import { packsOf } from '../core/run/conduct.ts';
import { makePlan } from '../core/run/plan.ts';
import type { Plan, PlanGroup, RunRecord } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';

/** A judge's record holds some hundred numbers; a page of them is written out in one go. */
const RECORDS_PER_PAGE = 100;

export const ANSWER_FILES = {
  csv: { type: 'text/csv', write: answersCsv },
  jsonl: { type: 'application/jsonl', write: answersJsonl },
} as const;
export type AnswerFile = keyof typeof ANSWER_FILES;

/** Items of a plan: from `first` on, before `end`. */
interface Extent {
  readonly first: number;
  readonly end: number;
}

/** The answers of a run with what was said of them, in the order of their items; a last page may go beyond `end`. */
async function* recordPages(
  store: Store,
  runId: string,
  { first, end }: Extent,
): AsyncGenerator<readonly ItemRecord[]> {
  for (let from = first; from < end;) {
    const answers = await store.answersPage(runId, from, RECORDS_PER_PAGE);
    const last = answers.at(-1)?.item;
    if (last === undefined) return;
    const [verdicts, records] = await Promise.all([
      store.verdictsPage(runId, from, RECORDS_PER_PAGE),
      store.judgeRecordsPage(runId, from, RECORDS_PER_PAGE),
    ]);
    const verdictOf = new Map(verdicts.map((verdict) => [verdict.item, verdict]));
    const recordOf = new Map(records.map((record) => [record.item, record]));
    yield answers.map((answer) => {
      const verdict = verdictOf.get(answer.item);
      const judged = recordOf.get(answer.item);
      return {
        answer,
        ...(verdict === undefined ? {} : { verdict }),
        ...(judged === undefined ? {} : { judged }),
      };
    });
    from = last + 1;
  }
}

/** Where the answers of a model stand: a plan asks one model after the other. */
function extentOf({ spec, groups }: Plan, sha256: string): Extent {
  const isOwn = ({ model }: PlanGroup): boolean => spec.models[model]?.sha256 === sha256;
  const first = groups.findIndex(isOwn);
  const last = groups.findLastIndex(isOwn);
  return first === -1
    ? { first: 0, end: 0 }
    : { first: first * spec.samples, end: (last + 1) * spec.samples };
}

async function blobOf(pieces: AsyncIterable<string>, type: string): Promise<Blob> {
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Blob(parts, { type });
}

/** All answers and scores of a run, in the paper's column names. */
export async function answersFile(store: Store, run: RunRecord, kind: AnswerFile): Promise<Blob> {
  const plan = makePlan(run.spec, await packsOf(store, run));
  const { type, write } = ANSWER_FILES[kind];
  return blobOf(write(plan, recordPages(store, run.id, { first: 0, end: plan.items })), type);
}

/**
 * One model's answers as a log that Inspect's viewer opens.
 * @throws AppError `not-found` when the run has no such model.
 */
export async function inspectFile(
  store: Store,
  run: RunRecord,
  sha256: string,
  summary: Summary,
): Promise<Blob> {
  const model = run.spec.models.find((each) => each.sha256 === sha256);
  if (model === undefined) throw new AppError('not-found', `the run has no model ${sha256}`);
  const packs = await packsOf(store, run);
  const plan = makePlan(run.spec, packs);
  const pages = recordPages(store, run.id, extentOf(plan, sha256));
  return blobOf(inspectLog({ run, plan, packs, model, summary }, pages), 'application/json');
}
