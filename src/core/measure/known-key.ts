import type { KeyReading } from '../judge/types.ts';
import { given } from '../pack/given.ts';
import type { Format, KeyFact, KnownKey } from '../pack/types.ts';
import { jsonAt, jsonIn, textOfJson, type Json } from './json-answer.ts';
import { meets } from './json-schema.ts';
import { sameWords, SearchedText } from './phrases.ts';

type Scalar = string | number | boolean;

/** Numbers as equal as their decimals can be written. */
function sameNumber(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));
}

function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : '';
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}

function equal(value: Json, wanted: Scalar): boolean {
  if (typeof wanted === 'boolean') return value === wanted;
  if (typeof wanted === 'string') return typeof value === 'string' && sameWords(value, wanted);
  const number = numberOf(value);
  return number !== undefined && sameNumber(number, wanted);
}

function holds(value: Json, phrase: string): boolean {
  const entries: readonly Json[] = Array.isArray(value) ? value : [value];
  return entries.some((entry) => typeof entry === 'string' && new SearchedText(entry).says(phrase));
}

/** All that a fact asks of the value at its path. */
function meetsAtPath({ equals, oneOf, range, contains }: KeyFact, value: Json | undefined): boolean {
  if (value === undefined) return false;
  const number = numberOf(value);
  return [
    equals === undefined || equal(value, equals),
    oneOf === undefined || oneOf.some((one) => equal(value, one)),
    range === undefined || (number !== undefined && number >= range[0] && number <= range[1]),
    contains === undefined || holds(value, contains),
  ].every(Boolean);
}

/** Whether the text has one of the phrases and none that must not be there; undefined where neither is given. */
function meetsInText({ says, never }: KeyFact, text: SearchedText): boolean | undefined {
  if (says === undefined && never === undefined) return undefined;
  const said = says === undefined || says.some((phrase) => text.says(phrase));
  return said && !(never ?? []).some((phrase) => text.says(phrase));
}

/** What a reader sees: line breaks in a string of code are spaces. */
function readable(format: Pick<Format, 'answer'>, text: string): string {
  return format.answer === 'code' ? text.replace(/\\[nrt]/g, ' ') : text;
}

/**
 * Holds an answer against what is known to be right, without a judge. In a JSON format a fact is looked for at its path, if it has
 * one, and `never` in all of the JSON's texts; in another format only its phrases are. A fact that cannot be looked for in this format is
 * left out. `valid` is there for JSON formats whose key has a schema: false also where the answer holds no JSON.
 */
export function checkKey(key: KnownKey, format: Pick<Format, 'answer'>, text: string): KeyReading {
  const isJson = format.answer === 'json';
  const json = isJson ? jsonIn(text) : undefined;
  const { schema } = key;
  const valid = isJson && schema !== undefined ? json !== undefined && meets(schema, json) : undefined;
  const searched = new SearchedText(json === undefined ? readable(format, text) : textOfJson(json));
  const facts = key.facts.flatMap((fact) => {
    const { id, path, never } = fact;
    const atPath = isJson && path !== undefined;
    const found = atPath && json !== undefined ? jsonAt(json, path) : undefined;
    const met = atPath
      ? meetsAtPath(fact, found) && !(never ?? []).some((phrase) => searched.says(phrase))
      : meetsInText(fact, searched);
    return met === undefined ? [] : [{ id, met }];
  });
  return { facts, ...given({ valid }) };
}
