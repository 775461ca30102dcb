import { AppError, toAppError } from '../errors.ts';
import type { LoadedModel, Sample } from '../engine.ts';
import type { RunModel } from '../model.ts';
import { inLanes } from './lanes.ts';
import { seedOf } from './plan.ts';
import type { Sitting } from './sitting.ts';
import type { Plan, PlanGroup } from './types.ts';

/** A prompt with those of its items that have no stored answer yet. */
interface Open {
  readonly group: PlanGroup;
  readonly items: readonly number[];
}

function openGroups(plan: Plan, model: number, answered: ReadonlySet<number>): readonly Open[] {
  const { samples } = plan.spec;
  return plan.groups
    .filter((group) => group.model === model)
    .map((group) => {
      const all = Array.from({ length: samples }, (_, sample) => group.index * samples + sample);
      return { group, items: all.filter((item) => !answered.has(item)) };
    })
    .filter(({ items }) => items.length > 0);
}

/** Draws the open samples of one prompt and stores each the moment it exists. */
async function askGroup(sitting: Sitting, loaded: LoadedModel, { group, items }: Open): Promise<void> {
  const { plan, stop } = sitting;
  const storing = new Map<number, Promise<void>>();
  const take = (index: number, sample: Sample): void => {
    const item = items[index];
    if (item === undefined || storing.has(item)) return;
    const stored = record(sitting, item, sample);
    stored.catch(() => {
      stop.stop();
    });
    storing.set(item, stored);
  };
  const request = {
    prompt: group.prompt,
    seeds: items.map((item) => seedOf(plan, item)),
    temperature: group.temperature,
    topP: group.topP,
    maxTokens: group.maxTokens,
    stop: [],
  };
  try {
    const samples = await loaded.sample(request, { signal: stop, onSample: take });
    // A callback from another thread may come after the result; nothing is taken twice.
    samples.forEach((sample, index) => {
      take(index, sample);
    });
  } catch (error) {
    throw toAppError(withProbe(error, group));
  } finally {
    await Promise.all(storing.values());
  }
}

/** A question too long for the model is named, so that it can be left out. */
function withProbe(error: unknown, group: PlanGroup): unknown {
  if (!(error instanceof AppError) || error.code !== 'context-overflow') return error;
  const asked = `probe "${group.probeTitle}" (${group.packId}), ${group.format.title}`;
  return new AppError(error.code, `${asked}: ${error.message}`, { cause: error });
}

async function record(sitting: Sitting, item: number, sample: Sample): Promise<void> {
  const { deps, run } = sitting;
  const { text, seed, promptTokens, tokens, finish } = sample;
  const answer = { runId: run.id, item, text, seed, promptTokens, tokens, finish, answeredAt: deps.now() };
  await deps.store.putAnswer(answer);
  sitting.toJudge.push(item);
  sitting.events.push({ type: 'answer', answer });
  await sitting.touch();
}

async function askModel(sitting: Sitting, model: RunModel, open: readonly Open[]): Promise<void> {
  const loaded = await sitting.load(model);
  sitting.events.push({ type: 'asking', model });
  try {
    await inLanes(open, loaded.facts.batch, (group) => askGroup(sitting, loaded, group));
  } finally {
    await loaded.unload();
  }
}

/** Sample: one model after the other is loaded and asked everything that it has not answered yet. */
export async function askAll(sitting: Sitting): Promise<void> {
  const { plan, answered } = sitting;
  for (const [index, model] of plan.spec.models.entries()) {
    const open = openGroups(plan, index, answered);
    if (open.length > 0) await askModel(sitting, model, open);
  }
}
