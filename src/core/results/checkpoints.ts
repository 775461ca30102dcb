import type { RunModel } from '../model.ts';

export interface Checkpoint {
  readonly model: RunModel;
  readonly step: number;
}

/** One fine-tune at several of its steps, in their order. */
export interface CheckpointSeries {
  readonly name: string;
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * The series of checkpoints among a run's models: models with the same `series` and a `step` each, from two on. A baseline at step 0 that is
 * in no series of its own is where every one of them starts.
 */
export function checkpointSeries(models: readonly RunModel[]): readonly CheckpointSeries[] {
  const byName = new Map<string, Checkpoint[]>();
  for (const model of models) {
    const { series, step } = model;
    if (series === undefined || step === undefined) continue;
    const found = byName.get(series) ?? [];
    byName.set(series, [...found, { model, step }]);
  }
  const starts = models
    .filter(({ role, series, step }) => role === 'baseline' && series === undefined && step === 0)
    .map((model) => ({ model, step: 0 }));
  return [...byName]
    .filter(([, found]) => found.length > 1)
    .map(([name, found]) => ({
      name,
      checkpoints: [...starts, ...found].sort((a, b) => a.step - b.step),
    }));
}
