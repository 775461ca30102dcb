import { conversationOf, type Turn } from '../measure/turns.ts';
import { placeOf } from './plan.ts';
import type { RunStore } from './store.ts';
import type { Plan } from './types.ts';

/** Items of the earlier turns of an item's conversation, the first first; none for a first turn. */
export function earlierItems(plan: Plan, item: number): readonly number[] {
  const { group, sample } = placeOf(plan, item);
  return group.after.map((earlier) => earlier * plan.spec.samples + sample);
}

/** What is sent in the turn that an item stands for; undefined while an earlier turn has no stored answer. */
export async function turnOf(
  store: Pick<RunStore, 'getAnswer'>,
  plan: Plan,
  runId: string,
  item: number,
): Promise<Turn | undefined> {
  const earlier = await Promise.all(earlierItems(plan, item).map((each) => store.getAnswer(runId, each)));
  const texts = earlier.flatMap((answer) => (answer === undefined ? [] : [answer.text]));
  return texts.length < earlier.length ? undefined : conversationOf(placeOf(plan, item).group, texts);
}
