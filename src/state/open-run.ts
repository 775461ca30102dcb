import { AppError } from '../core/errors.ts';
import { packsOf } from '../core/run/conduct.ts';
import { makePlan } from '../core/run/plan.ts';
import type { ResultRow } from '../core/results/types.ts';
import type { Store } from '../storage/types.ts';
import { rowPages } from './rows.ts';
import type { OpenRun } from './types.ts';

/** Rows that are shown at once while more are read, so that a long run appears at once and in few steps. */
const SHOW_EVERY_ROWS = 20_000;

/** Opens a stored run; yields it again as more of its rows have been read, and last without `loading`. */
export async function* openRun(store: Store, runId: string): AsyncGenerator<OpenRun> {
  const run = await store.getRun(runId);
  if (run === undefined) throw new AppError('not-found', `run ${runId} is not on this device`);
  const packs = await packsOf(store, run);
  const plan = makePlan(run.spec, packs);
  const rows: ResultRow[] = [];
  let shown = 0;
  for await (const page of rowPages(store, runId, plan)) {
    for (const row of page) rows.push(row);
    if (shown > 0 && rows.length - shown < SHOW_EVERY_ROWS) continue;
    shown = rows.length;
    const fraction = plan.total === 0 ? 1 : rows.length / plan.total;
    yield { run, plan, packs, rows: rows.slice(), loading: { what: 'Reading the answers', fraction } };
  }
  yield { run, plan, packs, rows, loading: undefined };
}
