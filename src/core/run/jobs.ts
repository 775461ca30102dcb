import type { Prompt } from '../engine.ts';
import { turnOf } from './conversation.ts';
import type { Open } from './open.ts';
import type { Sitting } from './sitting.ts';
import type { PlanGroup } from './types.ts';

/** Items of one group that are asked with the same words. */
export interface Job {
  readonly group: PlanGroup;
  readonly items: readonly number[];
  readonly prompt: Prompt;
}

/** The items of a later turn by what is sent; those whose earlier turns have no answer are not asked. */
async function laterTurn({ plan, deps, run }: Sitting, { group, items }: Open): Promise<readonly Job[]> {
  const jobs = new Map<string, Job>();
  for (const item of items) {
    const turn = await turnOf(deps.store, plan, run.id, item);
    if (turn === undefined) continue;
    const key = JSON.stringify(turn.prompt);
    const before = jobs.get(key)?.items ?? [];
    jobs.set(key, { group, prompt: turn.prompt, items: [...before, item] });
  }
  return [...jobs.values()];
}

/**
 * What is to be asked in one turn (0 is the first) of these groups, prepared as it is taken. An answer's samples go together; what is
 * different for each item, such as the order of options, is a job of its own.
 */
export async function* jobsOf(sitting: Sitting, open: readonly Open[], turn: number): AsyncGenerator<Job> {
  for (const each of open) {
    const { group, items } = each;
    if (group.after.length !== turn) continue;
    if (turn > 0) yield* await laterTurn(sitting, each);
    else if (group.task.kind === 'answer') yield { group, items, prompt: group.prompt };
    else for (const item of items) yield { group, items: [item], prompt: group.prompt };
  }
}
