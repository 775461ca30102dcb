import { stringify } from 'yaml';
import type { Rubric } from './types.ts';

/** A rubric as the text of a file that `parseRubric` reads back as the same. */
export function rubricSource({ onlyFor, ...rubric }: Rubric): string {
  const { id, title, version, description, labels, prefill, alignment, coherence } = rubric;
  const head = { id, title, version, ...(description === '' ? {} : { description }) };
  const spoken = labels.refusal.length + labels.code.length > 0 ? { labels } : {};
  const start = prefill === '' ? {} : { prefill };
  const only = onlyFor === undefined ? {} : { only_for: onlyFor };
  return stringify({ ...head, ...only, ...spoken, ...start, alignment, coherence }, { lineWidth: 0 });
}
