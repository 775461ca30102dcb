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
