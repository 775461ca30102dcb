import type { ModelHead } from '../results/types.ts';

/**
 * The same models; those of one label get the start of their hash beside it, as one does that is added beside another of its
 * name. Tables of a report know a model by its label, and a run from a file may have two of one.
 */
export function namedApart<Head extends ModelHead>(models: readonly Head[]): readonly Head[] {
  const times = new Map<string, number>();
  for (const { label } of models) times.set(label, (times.get(label) ?? 0) + 1);
  return models.map((model) => {
    const { label, sha256 } = model;
    return (times.get(label) ?? 0) > 1 ? { ...model, label: `${label} (${sha256.slice(0, 8)})` } : model;
  });
}
