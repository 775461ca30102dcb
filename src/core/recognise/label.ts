import type { FoundModel } from './types.ts';

/**
 * What a model made of a find is called. A file's name is its label, not the name within: fine-tunes of one model often carry
 * the same.
 */
export function labelOf({ title, series, step }: Pick<FoundModel, 'title' | 'series' | 'step'>): string {
  if (series !== undefined && step !== undefined) return `${series}, step ${step}`;
  return title.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
}
