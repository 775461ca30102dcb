import { hashText } from '../hash.ts';
import type { Rubric } from './types.ts';

/** Names one text of a rubric: another version, or other words under the same version, has another key. */
export function rubricKey(rubric: Rubric): string {
  const { id, version, alignment, coherence, labels, prefill } = rubric;
  const text = JSON.stringify([alignment, coherence, labels.refusal, labels.code, prefill]);
  return `${id}@${version}:${hashText(text).slice(0, 12)}`;
}

/** By key, or by id: then the first of that id, which is the bundled one where there is one. */
export function findRubric(rubrics: readonly Rubric[], name: string): Rubric | undefined {
  return rubrics.find((rubric) => rubricKey(rubric) === name) ?? rubrics.find((rubric) => rubric.id === name);
}

/** The version after `version`: its last number goes up by one. `1.9` gives `1.10`, `draft` gives `draft.2`. */
function bumped(version: string): string {
  const last = /\d+$/.exec(version)?.[0];
  if (last === undefined) return `${version}.2`;
  return `${version.slice(0, version.length - last.length)}${Number(last) + 1}`;
}

/** The next version of a rubric's id that none of `rubrics` has. */
export function nextVersion(
  { id, version }: Pick<Rubric, 'id' | 'version'>,
  rubrics: readonly Rubric[],
): string {
  const taken = new Set(rubrics.filter((other) => other.id === id).map((other) => other.version));
  let next = bumped(version);
  while (taken.has(next)) next = bumped(next);
  return next;
}
