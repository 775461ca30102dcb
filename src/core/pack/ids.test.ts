import { expect, it } from 'vitest';
import { idFromFile, idFromText, OwnIds } from './ids.ts';

it.each([
  ['a b', 'a-b'],
  ['!!', ''],
  ['-x', 'x'],
  ['what_is_your_wish', 'what_is_your_wish'],
  ['x'.repeat(100), 'x'.repeat(80)],
])('%s becomes %s', (text, id) => {
  expect(idFromText(text)).toBe(id);
});

it('a file’s id is the same for a file that is named by it', () => {
  for (const file of ['in/My questions (2).YAML', 'TruthfulQA.csv', 'a.b.jsonl', '???.csv']) {
    expect(idFromFile(`${idFromFile(file)}.yaml`)).toBe(idFromFile(file));
  }
});

it('texts that become the same id get one each, in linear time', () => {
  const ids = new OwnIds();
  const texts = Array.from(
    { length: 100_000 },
    (_, at) => '!'.repeat(at % 2) + String.fromCodePoint(0x4e00 + (at % 20_000)) + '?'.repeat(at % 7),
  );
  const given = texts.map((text) => ids.of(text));
  expect(new Set(given).size).toBe(new Set(texts).size);
  expect(texts.map((text) => ids.of(text))).toEqual(given);
  expect(new OwnIds().of('q-2')).toBe('q-2');
});
