import * as v from 'valibot';

/** More of an answer than this is not searched. */
const MOST_CHARACTERS = 200_000;

/** Objects that may begin in an answer before one of them is whole. */
const MOST_STARTS = 20;

/** Nothing that is asked for is nested deeper, or has more parts: a schema may compare each entry with each other. */
const MOST_DEPTH = 32;
const MOST_PARTS = 10_000;

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

const list = v.custom<readonly Json[]>(Array.isArray);
const object = v.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** Whether a value from JSON.parse is nested at most so deep and has at most so many parts; it looks no further than that. */
function small(value: unknown): value is Json {
  let left = MOST_PARTS;
  const count = (each: unknown, depth: number): boolean => {
    if (--left < 0) return false;
    if (typeof each !== 'object' || each === null) return true;
    return depth > 0 && Object.values(each).every((inner) => count(inner, depth - 1));
  };
  return count(value, MOST_DEPTH);
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return small(value) ? value : undefined;
  } catch {
    return undefined; // not JSON, or nested deeper than the parser goes
  }
}

/** Where the object that begins at `start` ends, by its braces outside of strings. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function fenced(text: string): string | undefined {
  const open = /```[a-z]*\s*\n/i.exec(text);
  if (open === null) return undefined;
  const from = open.index + open[0].length;
  const end = text.indexOf('```', from);
  return text.slice(from, end < 0 ? undefined : end);
}

/**
 * The JSON in an answer: the whole of it, else its first fenced block, else the first object in it that is whole. Undefined where
 * there is none; the work is bounded.
 */
export function jsonIn(answer: string): Json | undefined {
  const text = answer.slice(0, MOST_CHARACTERS);
  const block = fenced(text);
  const whole = parsed(text) ?? (block === undefined ? undefined : parsed(block));
  if (whole !== undefined) return whole;
  let start = text.indexOf('{');
  for (let tries = 0; start >= 0 && tries < MOST_STARTS; tries++) {
    const end = endOfObject(text, start);
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    if (value !== undefined) return value;
    start = text.indexOf('{', start + 1);
  }
  return undefined;
}

/** What stands at `path`: names with dots between them, and the numbers of entries. Undefined where there is nothing. */
export function jsonAt(value: Json, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path.split('.')) {
    if (v.is(list, here)) here = /^\d{1,6}$/.test(key) ? here[Number(key)] : undefined;
    else here = v.is(object, here) && Object.hasOwn(here, key) ? here[key] : undefined;
    if (here === undefined) return undefined;
  }
  return here;
}

/** Every text, number and name in it, one a line: what a reader of the JSON would see as words. */
export function textOfJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (v.is(list, value)) return value.map(textOfJson).join('\n');
  return Object.entries(value)
    .map(([key, each]) => `${key}\n${textOfJson(each)}`)
    .join('\n');
}
