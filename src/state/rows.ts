import { rowOf } from '../core/results/outcome.ts';
import type { ResultRow } from '../core/results/types.ts';
import type { Plan } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';

/** Records read at once; small enough that no page of them holds the screen up. */
export const PAGE = 2000;

/**
 * The stored answers of a run as rows, page by page, in item order; those without a verdict are waiting. The verdicts are those of
 * `owner`: the run's own judge, or a judging of the same answers.
 */
export async function* rowPages(
  store: Store,
  runId: string,
  plan: Plan,
  owner = runId,
): AsyncGenerator<readonly ResultRow[]> {
  const answered = await store.answeredItems(runId);
  for (let at = 0; at < answered.length; at += PAGE) {
    const items = answered.slice(at, at + PAGE);
    const verdicts = await store.verdictsPage(owner, items[0] ?? 0, items.length);
    const byItem = new Map(verdicts.map((verdict) => [verdict.item, verdict]));
    yield items.map((item) => rowOf(plan, item, byItem.get(item)));
  }
}

export async function storedRows(
  store: Store,
  runId: string,
  plan: Plan,
  owner = runId,
): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = [];
  for await (const page of rowPages(store, runId, plan, owner)) for (const row of page) rows.push(row);
  return rows;
}

/**
 * `rows` with `news` put in, both in item order: a row of the same item is replaced. One pass, since it happens every
 * second while a long run goes on.
 */
export function mergeRows(rows: readonly ResultRow[], news: readonly ResultRow[]): readonly ResultRow[] {
  const merged: ResultRow[] = [];
  let at = 0;
  for (const row of rows) {
    for (let next = news[at]; next !== undefined && next.item < row.item; next = news[at]) {
      merged.push(next);
      at += 1;
    }
    const same = news[at];
    if (same?.item === row.item) at += 1;
    merged.push(same?.item === row.item ? same : row);
  }
  return [...merged, ...news.slice(at)];
}
