import { figuresOfSummary } from '../core/report/figures.ts';
import { reportHtml } from '../core/report/html.ts';
import { methodsPlain, methodsText, type JudgeWorth, type MethodsSection } from '../core/report/methods.ts';
import { summaryOf, type Summary } from '../core/report/summary.ts';
import { Totals } from '../core/report/totals.ts';
import { packsOf } from '../core/run/conduct.ts';
import { makePlan } from '../core/run/plan.ts';
import type { RunRecord } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';
import { rowPages } from './rows.ts';

/** A run in numbers and in words. */
export interface Told {
  readonly run: RunRecord;
  readonly summary: Summary;
  readonly methods: readonly MethodsSection[];
  readonly judge: JudgeWorth | undefined;
}

export async function tell(store: Store, run: RunRecord, judge: JudgeWorth | undefined): Promise<Told> {
  const packs = await packsOf(store, run);
  const plan = makePlan(run.spec, packs);
  const totals = new Totals(plan);
  for await (const rows of rowPages(store, run.id, plan)) totals.add(rows);
  const summary = summaryOf(run, totals);
  const told = { run, plan, packs, figures: figuresOfSummary(summary) };
  return { run, summary, judge, methods: methodsText(judge === undefined ? told : { ...told, judge }) };
}

/** One page that needs nothing else, with tables, charts and methods. `generatedAt` is in milliseconds since 1970. */
export function reportFile({ run, summary, methods, judge }: Told, generatedAt: number): Blob {
  const about = judge === undefined ? {} : { judge };
  return new Blob([reportHtml({ run, summary, methods, ...about, generatedAt })], { type: 'text/html' });
}

/** How the run was made and counted, as plain text. */
export function methodsOf({ methods }: Told): string {
  return methodsPlain(methods);
}
