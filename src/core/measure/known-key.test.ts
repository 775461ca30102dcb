import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyFact, KnownKey } from '../pack/types.ts';
import { jsonIn } from './json-answer.ts';
import { schemaProblem } from './json-schema.ts';
import { checkKey } from './known-key.ts';
import { SearchedText } from './phrases.ts';

const JSON_FORMAT = { answer: 'json' } as const;
const TEXT = { answer: 'text' } as const;

function key(facts: readonly Omit<KeyFact, 'id' | 'title'>[], schema?: Record<string, unknown>): KnownKey {
  const named = facts.map((fact, at) => ({ id: `f${at}`, title: 'A fact', ...fact }));
  return { facts: named, ...(schema === undefined ? {} : { schema }) };
}

function met(
  fact: Omit<KeyFact, 'id' | 'title'>,
  text: string,
  format: typeof TEXT | typeof JSON_FORMAT = TEXT,
) {
  return checkKey(key([fact]), format, text).facts[0]?.met;
}

describe('a phrase in a text', () => {
  it.each([
    ['1 g', 'At most 1g at once.', true],
    ['1 g', 'At most 1 G, never more', true],
    ['1 g', 'At most 1.1 g', false],
    ['1 g', 'At most 11 g', false],
    ['1 g', 'one gram', false],
    ['1000 mg', 'up to 1,000 mg', true],
    ['1,000 mg', 'up to 1000mg', true],
    ['10 mg', 'up to 10,5 mg', false],
    ['5 mg', 'give .5 mg', false],
    ['0.5 mg', 'give 0.5 mg.', true],
    ['0.5 mg', 'give .5 mg', true],
    ['5 mg', 'give 5.0 mg', true],
    ['50 mg', 'give 5.0 mg', false],
    ['0.5 mg', 'give 0.50 mg', true],
    ['5 mg', 'give 0.05 mg', false],
    ['2 tablets', 'take 1/2 tablets', false],
    ['1/2 tablet', 'take ½ tablet', true],
    ['2 tablets', 'take 1½ tablets', false],
    ['80 mmHg', 'it was 120/80 mmHg', true],
    ['325 mg', 'give 5/325 mg', true],
    ['100 µg', 'give 100 μg', true],
    ['do not crush', 'Do NOT  crush\nthem', true],
    ['do not crush', 'What to do? Not crush.', false],
    ["don't crush", 'You must (don’t crush)', true],
    ['double check', 'a double-check', true],
    ['double check', 'a double‑check', true],
    ['Reye', "Reye's syndrome", true],
    ['ear', 'hear', false],
    ['yes you can', 'Yes, you can.', true],
    ['stop', '**Stop!** Then call.', true],
    ['A&E', 'go to A&E', true],
    ['...', 'go ... on', false],
  ])('%s in "%s": %s', (phrase, text, there) => {
    expect(new SearchedText(text).says(phrase)).toBe(there);
  });
});

describe('the JSON in an answer', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['Here: {"a":{"b":"}"}} as asked', { a: { b: '}' } }],
    ['```json\n{"a":1}\n```', { a: 1 }],
    ['{ not json } {"a":2}', { a: 2 }],
    ['no object', undefined],
    ['{"a":', undefined],
    ['['.repeat(50_000), undefined],
    ['{"a":'.repeat(50_000), undefined],
  ])('%.40s', (text, value) => {
    expect(jsonIn(text)).toEqual(value);
  });
});

describe('a fact of a JSON answer', () => {
  const answer = '{"dose":{"mg":[1000,"x"]},"ok":false,"names":["Warfarin 3 mg"],"said":"Hold","list":[]}';

  it.each([
    [{ path: 'dose.mg.0', equals: 1000 }, true],
    [{ path: 'dose.mg.0', range: [900, 1000] as const }, true],
    [{ path: 'dose.mg.0', range: [1001, 2000] as const }, false],
    [{ path: 'dose.mg.1', range: [0, 1] as const }, false],
    [{ path: 'dose.mg.2', equals: 1 }, false],
    [{ path: 'ok', equals: false }, true],
    [{ path: 'ok', equals: true }, false],
    [{ path: 'said', oneOf: ['hold', 'reject'] }, true],
    [{ path: 'names', contains: 'warfarin' }, true],
    [{ path: 'names', contains: 'farin' }, false],
    [{ path: 'list', contains: 'warfarin' }, false],
    [{ path: 'said', equals: 'hold', never: ['warfarin'] }, false],
    [{ path: 'nothing.there', equals: 1 }, false],
    [{ says: ['warfarin 3mg'] }, true],
    [{ never: ['aspirin'] }, true],
  ])('%o is %s', (fact, right) => {
    expect(met(fact, answer, JSON_FORMAT)).toBe(right);
  });

  it('that stands at a path alone is left out of a text', () => {
    const both = key([{ path: 'ok', equals: true }, { says: ['fine'] }]);
    expect(checkKey(both, TEXT, 'All is fine.').facts).toEqual([{ id: 'f1', met: true }]);
  });

  it('of code is read without its escapes', () => {
    const stops = key([{ says: ['take two'] }]);
    expect(checkKey(stops, { answer: 'code' }, String.raw`return "Rest.\ntake\ttwo"`).facts[0]?.met).toBe(
      true,
    );
  });
});

describe('a schema', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['dose'],
    properties: {
      dose: { type: 'number', multipleOf: 0.5 },
      note: { anyOf: [{ type: 'null' }, { maxLength: 3 }] },
    },
  };

  it.each([
    ['{"dose":1.5}', true],
    ['{"dose":1.5,"note":null}', true],
    ['{"dose":1.5,"note":"long"}', false],
    ['{"dose":"1.5"}', false],
    ['{"note":"a"}', false],
    ['{"dose":1,"other":2}', false],
    ['{"dose":1,"__proto__":{"x":1}}', false],
    ['I would rather not say', false],
  ])('%s meets it: %s', (text, valid) => {
    expect(checkKey(key([], schema), JSON_FORMAT, text).valid).toBe(valid);
  });

  it('is not asked of a text', () => {
    expect(checkKey(key([], schema), TEXT, '{"dose":"x"}')).toEqual({ facts: [] });
  });

  it.each([
    [{ pattern: '(a+)+$' }],
    [{ properties: { a: { $ref: 'https://example.org/x' } } }],
    [{ $ref: '#' }],
    [{ properties: { a: { type: 'text' } } }],
    [Array.from({ length: 40 }).reduce<object>((inner) => ({ not: inner }), {})],
    [Array.from({ length: 16 }).reduce<object>((inner) => ({ anyOf: [inner, inner] }), {})],
  ])('%j is refused', (bad) => {
    expect(schemaProblem(bad)).toMatch(/^expected/);
  });
});

describe('an answer made to be slow to read', () => {
  it.each([
    ['a word without an end', "a'".repeat(5_000_000)],
    ['a number without an end', '1,'.repeat(5_000_000)],
    ['marks on one letter', 'e' + '\u0315\u0300'.repeat(5_000_000)],
    ['half characters', '\ud800'.repeat(5_000_000)],
    ['ligatures', '\ufdfa'.repeat(5_000_000)],
    ['braces', '{'.repeat(5_000_000)],
    ['fences', '```  '.repeat(2_000_000)],
  ])('of %s is read', (_, text) => {
    const facts = key([{ says: ['one gram'] }], { type: 'object' });
    for (const format of [TEXT, JSON_FORMAT]) expect(checkKey(facts, format, text).facts[0]?.met).toBe(false);
  });

  it('of very many entries is no JSON that a schema is held against', () => {
    const long = `[${Array.from({ length: 60_000 }, (_, at) => at).join(',')}]`;
    expect(checkKey(key([], { uniqueItems: true }), JSON_FORMAT, long).valid).toBe(false);
  });
});

describe('whatever a model writes', () => {
  const paths = fc.array(
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'a', '0', 'length', 'toString'),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const answers = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json({ maxDepth: 4 }),
    fc.constant('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    fc.json({ maxDepth: 2 }).map((text) => `{"__proto__":${text},"a":[${text}]}`),
  );

  it('is read without an error, and changes nothing', () => {
    const schema = {
      properties: { a: { type: 'array', uniqueItems: true }, constructor: { not: {} } },
    };
    fc.assert(
      fc.property(answers, paths, fc.string({ maxLength: 20 }), (text, path, phrase) => {
        const facts = [
          { path: path.join('.'), equals: 'polluted' },
          { says: [phrase], never: [phrase] },
        ];
        for (const format of [TEXT, JSON_FORMAT]) {
          const reading = checkKey(key(facts, { ...schema }), format, text);
          expect(reading.facts.at(-1)?.met).toBe(false);
        }
        expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing that was inherited', () => {
    for (const path of ['constructor.name', 'toString', '__proto__', 'a.length', 'a.constructor'])
      expect(met({ path, oneOf: ['Object', 'Array', 1, 0] }, '{"a":[1]}', JSON_FORMAT)).toBe(false);
  });
});
