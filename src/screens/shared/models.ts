import type { ModelRecord } from '../../core/model.ts';

/**
 * The bundled models that are intermediate steps of a fine-tune (another one of the same role has more steps), and
 * all other models. The steps are offered, but out of the way.
 */
export function splitSteps(models: readonly ModelRecord[]): {
  readonly main: readonly ModelRecord[];
  readonly steps: readonly ModelRecord[];
} {
  const last = new Map<ModelRecord['suggested'], number>();
  for (const { suggested, step = 0, location } of models) {
    if (location === 'bundled') last.set(suggested, Math.max(step, last.get(suggested) ?? 0));
  }
  const isStep = ({ suggested, step, location }: ModelRecord): boolean =>
    location === 'bundled' && step !== undefined && step < (last.get(suggested) ?? 0);
  return { main: models.filter((model) => !isStep(model)), steps: models.filter(isStep) };
}

export function isToy(model: { readonly location: ModelRecord['location'] }): boolean {
  return model.location === 'bundled';
}

/** A checkpoint series of the user's own, in the order of its steps. */
export interface Series {
  readonly name: string;
  readonly models: readonly ModelRecord[];
}

/** The user's models: those by themselves, and the series. A series of one is a model by itself. */
export function splitSeries(models: readonly ModelRecord[]): {
  readonly single: readonly ModelRecord[];
  readonly series: readonly Series[];
} {
  const groups = new Map<string, ModelRecord[]>();
  for (const model of models) {
    if (model.series === undefined || isToy(model)) continue;
    groups.set(model.series, [...(groups.get(model.series) ?? []), model]);
  }
  const series = [...groups]
    .filter(([, members]) => members.length > 1)
    .map(([name, members]) => ({ name, models: members.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)) }));
  const grouped = new Set(series.flatMap((each) => each.models));
  return { single: models.filter((model) => !grouped.has(model)), series };
}
