import { AppError, toAppError } from '../errors.ts';
import type { LoadedModel, Sample } from '../engine.ts';
import type { RunModel } from '../model.ts';
import { naming, type Attempt } from './attempt.ts';
import { inLanes } from './lanes.ts';
import { itemsOf, seedOf } from './plan.ts';
import { bySeries } from './series.ts';
import type { Plan, PlanGroup } from './types.ts';

/** A prompt with those of its items that have no stored answer yet. */
interface Open {
  readonly group: PlanGroup;
  readonly items: readonly number[];
}

/** A model with its open prompts. */
interface OpenModel {
  readonly model: RunModel;
  readonly open: readonly Open[];
}

function openGroups(plan: Plan, model: number, answered: ReadonlySet<number>): readonly Open[] {
  return plan.groups
    .filter((group) => group.model === model)
    .map((group) => ({ group, items: itemsOf(plan, group).filter((item) => !answered.has(item)) }))
    .filter(({ items }) => items.length > 0);
}

/**
 * The models that have something to answer, those that share a base together, in the order of the plan: they are loaded into
 * one memory.
 */
export function openSeries(plan: Plan, answered: ReadonlySet<number>): readonly (readonly OpenModel[])[] {
  const models = plan.spec.models
    .map((model, index) => ({ model, open: openGroups(plan, index, answered) }))
    .filter(({ open }) => open.length > 0);
  return bySeries(models, ({ model }) => model).map(({ items }) => items);
}

/** Draws the open samples of one prompt and stores each the moment it exists. */
async function askGroup(attempt: Attempt, loaded: LoadedModel, { group, items }: Open): Promise<void> {
  const { stop, sitting } = attempt;
  const { plan } = sitting;
  const storing = new Map<number, Promise<void>>();
  let open = true;
  const take = (index: number, sample: Sample): void => {
    const item = items[index];
    if (!open || item === undefined || storing.has(item)) return;
    const stored = record(attempt, item, sample);
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
    stop: group.format.stop ?? [],
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
    // What an engine tells after it was stopped is asked again by the next attempt.
    open = false;
    await Promise.all(storing.values());
  }
}

/** A question too long for the model is named, so that it can be left out. */
function withProbe(error: unknown, group: PlanGroup): unknown {
  if (!(error instanceof AppError) || error.code !== 'context-overflow') return error;
  const asked = `probe "${group.probeTitle}" (${group.packId}), ${group.format.title}`;
  return new AppError(error.code, `${asked}: ${error.message}`, { cause: error });
}

async function record({ sitting, toJudge }: Attempt, item: number, sample: Sample): Promise<void> {
  const { deps, run, stored } = sitting;
  const { text, seed, promptTokens, tokens, finish } = sample;
  const answer = { runId: run.id, item, text, seed, promptTokens, tokens, finish, answeredAt: deps.now() };
  await deps.store.putAnswer(answer);
  stored.answered.add(item);
  toJudge.push(item);
  sitting.events.push({ type: 'answer', answer });
  await sitting.touch();
}

async function askModel(attempt: Attempt, { model, open }: OpenModel, loaded: LoadedModel): Promise<void> {
  attempt.sitting.events.push({ type: 'asking', model });
  try {
    await inLanes(open, loaded.facts.batch, (group) => askGroup(attempt, loaded, group));
  } catch (thrown) {
    throw naming(thrown, [model]);
  }
}

/** Sample: one series after the other is loaded, and its models asked everything that they have not answered yet. */
export async function askAll(attempt: Attempt): Promise<void> {
  const { plan, stored } = attempt.sitting;
  for (const series of openSeries(plan, stored.answered)) {
    const models = series.map(({ model }) => model);
    await attempt.using(models, async (loaded) => {
      for (const [index, model] of series.entries()) {
        const own = loaded[index];
        if (own === undefined)
          throw new AppError('internal', `expected ${series.length} models, got ${loaded.length}`);
        await askModel(attempt, model, own);
      }
    });
  }
}
