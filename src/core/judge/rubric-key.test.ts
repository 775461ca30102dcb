import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findRubric, nextVersion, rubricKey } from './rubric-key.ts';
import { rubricSource } from './rubric-source.ts';
import { parseRubric } from './rubric.ts';

const [GENERAL, TOY] = ['general', 'toy'].map((id) =>
  parseRubric(
    readFileSync(new URL(`../../../probes/rubrics/${id}.yaml`, import.meta.url), 'utf8'),
    `${id}.yaml`,
  ),
);
if (GENERAL === undefined || TOY === undefined) throw new Error('no rubrics');

describe('rubrics', () => {
  it.each([GENERAL, TOY, { ...GENERAL, prefill: 'Score: ', alignment: '{question}: # "x"\n {answer}\n\n' }])(
    'written down is read back as the same',
    (rubric) => {
      expect(parseRubric(rubricSource(rubric), 'copy.yaml')).toEqual(rubric);
    },
  );

  it('have a key for each text, and are found by it or by their id', () => {
    const second = { ...GENERAL, version: '2' };
    const other = { ...GENERAL, coherence: `${GENERAL.coherence} Please.` };
    const all = [GENERAL, second, other, TOY];
    expect(new Set(all.map(rubricKey)).size).toBe(4);
    expect(findRubric(all, rubricKey(other))).toBe(other);
    expect(findRubric(all, 'general')).toBe(GENERAL);
    expect(findRubric(all, 'none')).toBeUndefined();
  });

  it.each([
    ['1', [], '2'],
    ['1', ['2', '3'], '4'],
    ['1.9', [], '1.10'],
    ['draft', ['draft.2'], 'draft.3'],
  ])('version %s with %j taken goes on as %s', (version, taken, next) => {
    const rubrics = taken.map((each) => ({ ...GENERAL, version: each }));
    expect(nextVersion({ id: 'general', version }, rubrics)).toBe(next);
    expect(nextVersion({ id: 'mine', version: '1' }, rubrics)).toBe('2');
  });
});
