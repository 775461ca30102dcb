import type { ModelRecord } from '../core/model.ts';

/** In the order in which they were added. */
export function oldestFirst(models: readonly ModelRecord[]): readonly ModelRecord[] {
  return [...models].sort((a, b) => (a.addedAt ?? 0) - (b.addedAt ?? 0));
}
