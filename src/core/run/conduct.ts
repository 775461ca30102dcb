import type { Pack } from '../pack/types.ts';
import type { CancelSignal } from '../signal.ts';
import type { RunDeps, RunEvent } from './events.ts';
import { makePlan } from './plan.ts';
import { settle } from './settle.ts';
import { Sitting } from './sitting.ts';
import type { RunStore } from './store.ts';
import type { Plan, PlanGroup, RunRecord } from './types.ts';
import { needsJudge } from './verdict.ts';
import { work } from './work.ts';

/** The packs of a run that are stored; `makePlan` says which one is missing. */
export async function packsOf(store: Pick<RunStore, 'getPack'>, run: RunRecord): Promise<readonly Pack[]> {
  const packs = await Promise.all(run.spec.packs.map((hash) => store.getPack(hash)));
  return packs.filter((pack) => pack !== undefined);
}

/** Whether an answer of this group gets a verdict without any judge. */
export function measuredAlone(group: PlanGroup): boolean {
  const { key, topic, knownKey, scan, task } = group;
  const exact = key === undefined ? undefined : topic;
  return task.kind !== 'answer' || [exact, knownKey, scan].some((each) => each !== undefined);
}

/** Verdicts a finished run has: all answers when a judge has something to read, else those that need none. */
export function verdictsExpected(plan: Plan): number {
  if (plan.spec.judge !== undefined && plan.groups.some(needsJudge)) return plan.total;
  return plan.groups.filter(measuredAlone).reduce((sum, { samples }) => sum + samples, 0);
}

/** Readings that the judge is asked for: two scales, each label judge and each scale of a probe's own are one each. */
export function judgeCalls(plan: Plan): number {
  if (plan.spec.judge === undefined) return 0;
  return plan.groups.filter(needsJudge).reduce((sum, { samples, onScales, labelJudges, moreScales }) => {
    return sum + samples * ((onScales ? 2 : 0) + labelJudges.length + moreScales.length);
  }, 0);
}

/**
 * The protocol of a run: plan, sample, judge, record. Events come after what they report is stored. Whatever is
 * stored already is not done again, so the same call resumes a run. Throws the AppError that ended it, except that
 * `signal` ends it quietly, as paused.
 */
export async function* conduct(
  run: RunRecord,
  deps: RunDeps,
  signal?: CancelSignal,
): AsyncGenerator<RunEvent> {
  const { store } = deps;
  const plan = makePlan(run.spec, await packsOf(store, run));
  const answered = new Set(await store.answeredItems(run.id));
  const judged = new Set(await store.judgedItems(run.id));
  yield { type: 'planned', plan, answered: answered.size, judged: judged.size };

  const sitting = new Sitting(run, plan, deps, { answered, judged }, signal);
  await sitting.keep('running');
  const settled = settle(
    () => work(sitting),
    (status, changes) => sitting.keep(status, changes),
    sitting.events,
  );
  yield* sitting.events;
  await settled;
}
