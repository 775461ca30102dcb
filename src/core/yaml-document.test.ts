import { LineCounter } from 'yaml';
import { describe, expect, it } from 'vitest';
import { toAppError, type AppError } from './errors.ts';
import { parseYaml } from './yaml-document.ts';
import { readYaml } from './yaml.ts';

const read = (text: string) => readYaml(text, 'f.yaml', 'invalid-pack');

function refusalOf(text: string): AppError {
  try {
    read(text);
  } catch (thrown) {
    return toAppError(thrown);
  }
  throw new Error('expected the text to be refused');
}

describe('a text that would take all memory or the whole stack is refused before anything is built', () => {
  const levels = /^f\.yaml:\d+: expected at most 100 levels, one in another, got more$/;
  const tokens = /^f\.yaml:\d+: expected at most 500000 words and marks, got more$/;
  it.each([
    // Deep as these the browser's own code ran out of stack and took the process with it.
    ['objects in objects, unfinished', () => '{"a":'.repeat(400_000), levels],
    ['lists in lists, unfinished', () => '['.repeat(1_000_000), levels],
    ['lists in lists of a block', () => `${'- '.repeat(50_000)}x`, levels],
    ['keys in keys', () => `${'? '.repeat(50_000)}x`, levels],
    [
      'mappings in mappings',
      () => Array.from({ length: 200 }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
      levels,
    ],
    ['a list of two million', () => `a: [${'x,'.repeat(2_000_000)}]`, tokens],
    [
      'half a million fields',
      () => Array.from({ length: 400_000 }, (_, at) => `k${at}: 1\n`).join(''),
      tokens,
    ],
    ['a hundred thousand aliases', () => `a: &a x\n${'b: *a\n'.repeat(100_000)}`, tokens],
  ])('%s', (_, text, message) => {
    const refused = refusalOf(text());
    expect(refused.code).toBe('invalid-pack');
    expect(refused.message).toMatch(message);
  });

  it('a hundred levels less a few are read', () => {
    const deep = `a: ${'['.repeat(90)}x${']'.repeat(90)}`;
    expect(JSON.stringify(read(deep).value)).toBe(`{"a":${'['.repeat(90)}"x"${']'.repeat(90)}}`);
  });

  it('JSON as deep as that is no YAML, but JSON; an error in it has no line', () => {
    const text = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(read(text).lineOf(['a', 0])).toBeUndefined();
  });
});

it.each([
  ['a field twice', 'a: 1\nb:\n  c: 1\n  "c": 2\n', 'expected each field once, got "c" twice', 4],
  ['two documents', 'a: 1\n---\nb: 1\n', 'expected one YAML document, got several (a line with ---)', 2],
])('%s', (_, text, message, line) => {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  if (!('problem' in parsed)) throw new Error('expected a problem');
  expect(parsed.problem.message).toBe(message);
  expect(lines.linePos(parsed.problem.at ?? 0).line).toBe(line);
});

it('fields of the same name in other mappings are no repetition, and neither is 1 beside "1"', () => {
  expect(read('a: {x: 1}\nb: {x: 2}\n1: one\n"1": text').value).toMatchObject({ a: { x: 1 }, b: { x: 2 } });
});
