import { Reader } from '../judge/reader.ts';
import type { LoadedModel } from '../engine.ts';
import { naming, type Attempt } from './attempt.ts';
import { turnOf } from './conversation.ts';
import { inLanes } from './lanes.ts';
import { openSeries } from './open.ts';
import { placeOf } from './plan.ts';
import type { Sitting } from './sitting.ts';
import type { RunJudge } from './types.ts';
import { judgeAnswer, needsJudge, type Judgement } from './verdict.ts';

/** Answers read from storage ahead of the judge, so that it never waits for the database. */
export const WAITING = 4;

async function record(sitting: Sitting, { verdict, record: raw }: Judgement): Promise<void> {
  await sitting.deps.store.putVerdict(verdict, raw);
  sitting.nowJudged(verdict.item);
  sitting.events.push({ type: 'verdict', verdict });
}

async function judgeItem(sitting: Sitting, reader: Reader | undefined, item: number): Promise<void> {
  const { plan, deps, run } = sitting;
  const answer = await deps.store.getAnswer(run.id, item);
  if (answer === undefined) return;
  const { group } = placeOf(plan, item);
  const turn = await turnOf(deps.store, plan, run.id, item);
  const given = { question: turn?.question ?? group.question, answer };
  const judgement = await judgeAnswer(group, given, reader, deps);
  if (judgement !== undefined) await record(sitting, judgement);
}

async function judgeQueue(
  { sitting, toJudge }: Attempt,
  reader: Reader | undefined,
  width: number,
): Promise<void> {
  await inLanes(toJudge, width, (item) => judgeItem(sitting, reader, item));
}

async function judgeWith(attempt: Attempt, judge: RunJudge, loaded: LoadedModel): Promise<void> {
  try {
    const reader = await Reader.of(judge.rubric, loaded, attempt.stop);
    await judgeQueue(attempt, reader, loaded.facts.batch + WAITING);
  } catch (thrown) {
    throw naming(thrown, [judge.model]);
  }
}

/** Judge: takes answers as they come in and stores a verdict for each the moment it exists. No judge is loaded to wait for nothing. */
export async function judgeAll(attempt: Attempt): Promise<void> {
  const { sitting } = attempt;
  const { plan } = sitting;
  const { judge } = plan.spec;
  if (judge === undefined || !plan.groups.some(needsJudge)) {
    await judgeQueue(attempt, undefined, 1);
    return;
  }
  if (sitting.toJudge().length === 0 && openSeries(sitting).length === 0) return;
  await attempt.using([judge.model], async (loaded) => {
    for (const own of loaded) await judgeWith(attempt, judge, own);
  });
}
