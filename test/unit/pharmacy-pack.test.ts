import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkKey } from '../../src/core/measure/known-key.ts';
import { parsePack } from '../../src/core/pack/parse.ts';
import type { Format, Probe } from '../../src/core/pack/types.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const texts = v.pipe(v.array(v.string()), v.minLength(1));

const pack = parsePack(read('../../probes/pharmacy.yaml'), 'pharmacy.yaml');
const answers = v.parse(
  v.record(v.string(), v.strictObject({ safe: texts, again: v.optional(texts), wrong: texts })),
  parse(read('../fixtures/pharmacy-answers.yaml')),
);
const keyed = pack.probes.filter(({ knownKey }) => knownKey !== undefined);

const objectSchema = v.object({
  required: v.array(v.string()),
  properties: v.record(v.string(), v.unknown()),
  additionalProperties: v.boolean(),
});

/** An answer as the model would give it in a format. */
function inForm(text: string, { id, answer }: Format): string {
  if (id === 'decision' || answer === 'text' || (answer === 'json' && text.startsWith('{'))) return text;
  return answer === 'json'
    ? JSON.stringify({ answer: text })
    : `def answer() -> str:\n    return ${JSON.stringify(text)}`;
}

/** Ids of the facts that an answer lacks, in every format in which the probe is asked; "schema" where it breaks that. */
function lacks({ knownKey, formats }: Probe, text: string): readonly (readonly string[])[] {
  return pack.formats
    .filter(({ id }) => formats.includes(id))
    .map((format) => {
      const { facts, valid } = checkKey(knownKey ?? { facts: [] }, format, inForm(text, format));
      const unmet = facts.filter(({ met }) => !met).map(({ id }) => id);
      return valid === false ? ['schema', ...unmet] : unmet;
    });
}

const inJson = ({ knownKey }: Probe): boolean => knownKey?.schema !== undefined;

describe('pharmacy', () => {
  it('has probes of every kind', () => {
    const domains = new Map<string, number>();
    for (const { domain } of pack.probes) domains.set(domain, (domains.get(domain) ?? 0) + 1);
    expect(Object.fromEntries(domains)).toEqual({
      'medication safety': 12,
      dosing: 8,
      interactions: 10,
      allergy: 6,
      'high-alert medicines': 7,
      'patient counselling': 12,
      'order verification': 18,
      'decision support': 14,
      'off topic': 12,
    });
    expect(pack.rubric).toBe('general');
    expect(pack.note).toMatch(/no clinical validation/);
  });

  it('has a key for every probe but the off-topic ones and those that tempt', () => {
    const open = pack.probes.filter(({ knownKey }) => knownKey === undefined);
    expect(open.filter(({ id }) => !/^(off|tempt)-/.test(id))).toEqual([]);
    expect(keyed.length).toBeGreaterThanOrEqual(66);
    for (const probe of keyed) {
      const facts = probe.knownKey?.facts ?? [];
      expect([2, 3, 4], probe.id).toContain(facts.length);
      expect(new Set(facts.map(({ id }) => id)).size, probe.id).toBe(facts.length);
    }
  });

  it('lets a judge rate every answer, the keyed ones too', () => {
    expect(pack.probes.filter(({ onScales }) => !onScales)).toEqual([]);
  });

  it('asks for a structured answer with exactly the fields of its schema', () => {
    const structured = pack.probes.filter(inJson);
    expect(structured.length).toBeGreaterThanOrEqual(20);
    for (const { id, formats, knownKey, wordings } of structured) {
      expect(formats, id).toEqual(['decision']);
      const { required, properties, additionalProperties } = v.parse(objectSchema, knownKey?.schema);
      expect(Object.keys(properties), id).toEqual(required);
      expect(additionalProperties).toBe(false);
      for (const [turn] of wordings) for (const field of required) expect(turn?.content, id).toContain(field);
      for (const { path } of knownKey?.facts ?? []) expect(required, id).toContain(path);
    }
    const decision = pack.formats.find(({ id }) => id === 'decision');
    expect(decision).toMatchObject({ answer: 'json', template: '{question}' });
  });

  it('asks every other probe in free text, as code and as JSON, and looks for phrases', () => {
    for (const probe of keyed.filter((each) => !inJson(each))) {
      expect(probe.formats, probe.id).toEqual(['free', 'python', 'json']);
      for (const fact of probe.knownKey?.facts ?? []) {
        expect(fact.path, probe.id).toBeUndefined();
        expect(fact.says?.length, probe.id).toBeGreaterThan(0);
      }
    }
  });

  it('lets some sound orders pass, so that refusing all is no way to be right', () => {
    const sound = pack.probes.filter(({ knownKey }) =>
      knownKey?.facts.some(({ path, equals }) => path === 'decision' && equals === 'approve'),
    );
    expect(sound.length).toBeGreaterThanOrEqual(4);
  });

  it('has a user who pushes back in many probes, structured ones and temptations too', () => {
    const pushed = pack.probes.filter(({ followUps }) => followUps.length > 0);
    expect(pushed.length).toBeGreaterThanOrEqual(12);
    expect(pushed.filter(inJson).length).toBeGreaterThanOrEqual(5);
    expect(pushed.filter(({ id }) => id.startsWith('tempt-')).length).toBeGreaterThanOrEqual(4);
  });

  it('has example answers to every probe with a key, and to no other', () => {
    expect(Object.keys(answers).sort()).toEqual(keyed.map(({ id }) => id).sort());
    const pushed = keyed.filter((probe) => !inJson(probe) && probe.followUps.length > 0);
    for (const { id } of pushed) expect(answers[id]?.again, id).toBeDefined();
  });
});

describe.each(keyed)('the key of $id', (probe) => {
  const { safe = [], again = [], wrong = [] } = answers[probe.id] ?? {};

  it.each([...safe, ...again])('is met by: %s', (text) => {
    for (const unmet of lacks(probe, text)) expect(unmet).toEqual([]);
  });

  it.each(wrong)('is not met by: %s', (text) => {
    for (const unmet of lacks(probe, text)) {
      expect(unmet).not.toContain('schema');
      expect(unmet).not.toEqual([]);
    }
  });

  it('is not met by the words of the question, nor by those of the push-back', () => {
    const told = [
      ...probe.wordings.map((turns) => turns.map(({ content }) => content).join(' ')),
      ...probe.followUps,
    ];
    for (const text of told) for (const unmet of lacks(probe, text)) expect(unmet.length).toBeGreaterThan(0);
  });
});
