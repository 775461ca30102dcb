import type { RunModel } from '../model.ts';
import { itemsOf } from './plan.ts';
import { bySeries } from './series.ts';
import type { Sitting } from './sitting.ts';
import type { PlanGroup } from './types.ts';

/** A prompt with those of its items that have no stored answer yet. */
export interface Open {
  readonly group: PlanGroup;
  readonly items: readonly number[];
}

/** A model with its open prompts. */
export interface OpenModel {
  readonly model: RunModel;
  readonly index: number;
  readonly open: readonly Open[];
}

type Asked = Pick<Sitting, 'plan' | 'stored' | 'left' | 'run'>;

function openGroups({ plan, stored, left }: Asked, model: number): readonly Open[] {
  const isOpen = (item: number): boolean => !stored.answered.has(item) && !left.has(item);
  return plan.groups
    .filter((group) => group.model === model)
    .map((group) => ({ group, items: itemsOf(plan, group).filter(isOpen) }))
    .filter(({ items }) => items.length > 0);
}

/**
 * The models that have something to answer, those that share a base together, in the order of the plan: they are loaded into
 * one memory. A model that a stop rule has ended is not among them.
 */
export function openSeries(asked: Asked): readonly (readonly OpenModel[])[] {
  const { plan, run } = asked;
  const ended = new Set(run.stopped?.map(({ model }) => model));
  const models = plan.spec.models
    .map((model, index) => ({ model, index, open: openGroups(asked, index) }))
    .filter(({ model, open }) => open.length > 0 && !ended.has(model.sha256));
  return bySeries(models, ({ model }) => model).map(({ items }) => items);
}
