import type { RunModel } from '../model.ts';

/** Groups what belongs to models by the base that they share, in the order of the first of each; a base belongs to itself. */
export function bySeries<Item>(
  items: readonly Item[],
  modelOf: (item: Item) => Pick<RunModel, 'sha256' | 'base'>,
): readonly { readonly base: string; readonly items: readonly Item[] }[] {
  const series = new Map<string, Item[]>();
  for (const item of items) {
    const { sha256, base = sha256 } = modelOf(item);
    const known = series.get(base);
    if (known === undefined) series.set(base, [item]);
    else known.push(item);
  }
  return [...series].map(([base, members]) => ({ base, items: members }));
}
