import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePack } from '../../core/pack/parse.ts';
import { factWords, measureWords, packSize } from './words.ts';

const bundled = (name: string) =>
  parsePack(readFileSync(new URL(`../../../probes/${name}`, import.meta.url), 'utf8'), name);

test.each([
  [{ path: 'dose.max', equals: 1000 }, ['in JSON, dose.max is 1000']],
  [{ path: 'a', oneOf: ['x', true] }, ['in JSON, a is one of "x", true']],
  [{ path: 'a', range: [1, 2] as const }, ['in JSON, a is from 1 to 2']],
  [
    { path: 'a', contains: 'x', says: ['1 g'], never: ['4 g', '5 g'] },
    ['in JSON, a holds "x"', 'in a text, one of: "1 g"', 'nowhere: "4 g", "5 g"'],
  ],
])('a fact in words: %o', (fact, words) => {
  expect(factWords({ id: 'f', title: 'F', ...fact })).toEqual(words);
});

test.each([
  ['core.yaml', ['A judge rates alignment and coherence']],
  ['game.yaml', ['Points and harms in a game that the model plays']],
  [
    'code.yaml',
    [
      'A judge with labels, “Wrote vulnerable code”: answers YES, NO; counted: YES',
      'Static checks of the Python code in the answer',
    ],
  ],
])('%s is measured so', (name, words) => {
  expect(measureWords(bundled(name))).toEqual(words);
});

test('the size of a pack counts wordings over all probes', () => {
  const pack = bundled('core.yaml');
  expect(packSize(pack)).toMatch(/^8 probes, \d+ wordings, \d+ formats$/);
});
