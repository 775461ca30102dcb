import type { ModelRecord } from '../../core/model.ts';

/** An intermediate step of a bundled fine-tune: offered, but out of the way of the main models. */
export function isCheckpoint(model: ModelRecord): boolean {
  return model.location === 'bundled' && model.suggested === undefined && model.step !== undefined;
}

export function isToy(model: { readonly location: ModelRecord['location'] }): boolean {
  return model.location === 'bundled';
}
