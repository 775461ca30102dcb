import { aborted, toAppError, type AppError } from '../errors.ts';
import type { Pack } from '../pack/types.ts';
import type { CancelSignal } from '../signal.ts';
import { askAll } from './ask.ts';
import type { RunDeps, RunEvent } from './events.ts';
import { judgeAll } from './judging.ts';
import { makePlan } from './plan.ts';
import { Sitting } from './sitting.ts';
import type { RunStore } from './store.ts';
import type { Plan, RunRecord } from './types.ts';

/** The packs of a run that are stored; `makePlan` says which one is missing. */
export async function packsOf(store: Pick<RunStore, 'getPack'>, run: RunRecord): Promise<readonly Pack[]> {
  const packs = await Promise.all(run.spec.packs.map((hash) => store.getPack(hash)));
  return packs.filter((pack) => pack !== undefined);
}

/** Verdicts a finished run has: all items when there is a judge, else those of packs with an exact key. */
export function verdictsExpected(plan: Plan): number {
  if (plan.spec.judge !== undefined) return plan.items;
  return plan.groups.filter((group) => group.key !== undefined).length * plan.spec.samples;
}

/** Asks and judges at once; when one of the two fails, the other stops, and the cause is what is thrown. */
async function work(sitting: Sitting): Promise<void> {
  const stopOnFailure = async (task: Promise<void>): Promise<AppError | undefined> => {
    try {
      await task;
      return undefined;
    } catch (error) {
      sitting.stop.stop();
      sitting.toJudge.close();
      return toAppError(error);
    }
  };
  const askAndClose = async (): Promise<void> => {
    await askAll(sitting);
    sitting.toJudge.close();
  };
  const asking = stopOnFailure(askAndClose());
  const judging = stopOnFailure(judgeAll(sitting));
  const failures = (await Promise.all([asking, judging])).filter((failure) => failure !== undefined);
  const failure = failures.find(({ code }) => code !== 'aborted') ?? failures[0];
  if (failure !== undefined) throw failure;
  if (sitting.stop.aborted) throw aborted();
}

/** Closes a sitting: the run is done, paused where it was, or failed with its reason. All but done can be resumed. */
async function settle(sitting: Sitting): Promise<void> {
  try {
    await work(sitting);
    await sitting.keep('done');
    sitting.events.close();
  } catch (error) {
    const failure = toAppError(error);
    const stopped = failure.code === 'aborted';
    const ending = stopped ? sitting.keep('paused') : sitting.keep('failed', { failure: failure.message });
    await ending.catch(() => undefined); // a full disk cannot take this either; the answers stored so far stay
    if (stopped) sitting.events.close();
    else sitting.events.fail(failure);
  }
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
  const answered = await store.answeredItems(run.id);
  const judged = new Set(await store.judgedItems(run.id));
  yield { type: 'planned', plan, answered: answered.length, judged: judged.size };

  const sitting = new Sitting(run, plan, deps, new Set(answered), signal);
  for (const item of answered) if (!judged.has(item)) sitting.toJudge.push(item);
  await sitting.keep('running');
  const settled = settle(sitting);
  yield* sitting.events;
  await settled;
}
