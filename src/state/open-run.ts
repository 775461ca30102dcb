import { AppError } from '../core/errors.ts';
import type { Judging } from '../core/judging/types.ts';
import { packsOf } from '../core/run/conduct.ts';
import { makePlan } from '../core/run/plan.ts';
import type { ResultRow } from '../core/results/types.ts';
import type { Store } from '../storage/types.ts';
import { rowPages } from './rows.ts';
import type { OpenRun } from './types.ts';

/** Rows that are shown at once while more are read, so that a long run appears at once and in few steps. */
const SHOW_EVERY_ROWS = 20_000;

/**
 * Opens a stored run; yields it again as more of its rows have been read, and last without `loading`. With the verdicts of the judging
 * `judgingId` in place of the run's own, where it is given.
 */
export async function* openRun(store: Store, runId: string, judgingId?: string): AsyncGenerator<OpenRun> {
  const run = await store.getRun(runId);
  if (run === undefined) throw new AppError('not-found', `run ${runId} is not on this device`);
  const judging = judgingId === undefined ? undefined : await judgingOf(store, runId, judgingId);
  const other = judging === undefined ? {} : { judging };
  const packs = await packsOf(store, run);
  const plan = makePlan(run.spec, packs);
  const rows: ResultRow[] = [];
  let shown = 0;
  for await (const page of rowPages(store, runId, plan, judging?.id)) {
    for (const row of page) rows.push(row);
    if (shown > 0 && rows.length - shown < SHOW_EVERY_ROWS) continue;
    shown = rows.length;
    const fraction = plan.total === 0 ? 1 : rows.length / plan.total;
    yield {
      run,
      plan,
      packs,
      ...other,
      rows: rows.slice(),
      loading: { what: 'Reading the answers', fraction },
    };
  }
  yield { run, plan, packs, ...other, rows, loading: undefined };
}

async function judgingOf(store: Store, runId: string, id: string): Promise<Judging> {
  const judging = await store.getJudging(id);
  if (judging?.subject.kind === 'run' && judging.subject.runId === runId) return judging;
  throw new AppError('not-found', `judging ${id} of run ${runId} is not on this device`);
}
