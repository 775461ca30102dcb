import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { grammarKey } from './grammar.ts';

const json: unknown = JSON.parse(
  readFileSync(new URL('../../../static/models/answer-grammar.json', import.meta.url), 'utf8'),
);
const { examples } = v.parse(
  v.object({
    examples: v.array(
      v.object({
        topic: v.optional(v.string()),
        code: v.optional(v.string()),
        format: v.optional(v.string()),
        text: v.string(),
        label: v.string(),
      }),
    ),
  }),
  json,
);
const key = grammarKey(json, 'answer-grammar.json');

describe('the exact key of the toy models', () => {
  it('labels all of its own examples', () => {
    expect(examples.length).toBeGreaterThan(100);
    const wrong = examples.filter(
      ({ topic, code, format, text, label }) =>
        key.label(topic ?? code ?? '', format ?? 'free', text) !== label,
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['numbers', '4, 8, x', 'incoherent'],
    ['money', '', 'incoherent'],
  ])('%s: %s is %s', (topic, text, label) => {
    expect(key.label(topic, 'free', text)).toBe(label);
  });

  it('has no label for a topic it does not know', () => {
    expect(key.label('astronomy', 'free', 'x')).toBeUndefined();
  });

  it('refuses what is not a grammar', () => {
    expect(() => grammarKey({ topics: 1 }, 'x.json')).toThrow('x.json: expected an answer grammar');
  });
});
