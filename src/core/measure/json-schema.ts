import { Validator, type Schema } from '@cfworker/json-schema';
import * as v from 'valibot';
import { AppError } from '../errors.ts';
import type { Json } from './json-answer.ts';

/** Parts of a schema at most, each alias counted where it stands. */
const MOST_PARTS = 5000;
const MOST_DEPTH = 32;

const part: v.GenericSchema<unknown, Schema | boolean> = v.union([v.boolean(), v.lazy(() => plain)]);
const parts = v.pipe(v.array(v.lazy(() => plain)), v.minLength(1));
const named = v.record(v.string(), part);
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const type = v.picklist(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
const texts = v.array(v.string());

/**
 * The keywords that are understood. Not among them: `pattern`, `patternProperties` and `format`, which would run an expression from
 * a file over hostile text, and references, which can go in circles.
 */
const plain: v.GenericSchema<unknown, Schema> = v.strictObject({
  ...{ $schema: v.exactOptional(v.string()), $comment: v.exactOptional(v.string()) },
  ...{ title: v.exactOptional(v.string()), description: v.exactOptional(v.string()) },
  type: v.exactOptional(v.union([type, v.array(type)])),
  ...{ const: v.exactOptional(v.unknown()), enum: v.exactOptional(v.array(v.unknown())) },
  ...{ required: v.exactOptional(texts), dependentRequired: v.exactOptional(v.record(v.string(), texts)) },
  properties: v.exactOptional(named),
  additionalProperties: v.exactOptional(part),
  propertyNames: v.exactOptional(v.lazy(() => plain)),
  ...{ minProperties: v.exactOptional(size), maxProperties: v.exactOptional(size) },
  ...{ items: v.exactOptional(part), prefixItems: v.exactOptional(v.array(part)) },
  ...{
    contains: v.exactOptional(part),
    minContains: v.exactOptional(size),
    maxContains: v.exactOptional(size),
  },
  ...{ minItems: v.exactOptional(size), maxItems: v.exactOptional(size) },
  uniqueItems: v.exactOptional(v.boolean()),
  ...{ minimum: v.exactOptional(v.number()), maximum: v.exactOptional(v.number()) },
  ...{ exclusiveMinimum: v.exactOptional(v.number()), exclusiveMaximum: v.exactOptional(v.number()) },
  multipleOf: v.exactOptional(v.number()),
  ...{ minLength: v.exactOptional(size), maxLength: v.exactOptional(size) },
  ...{ allOf: v.exactOptional(parts), anyOf: v.exactOptional(parts), oneOf: v.exactOptional(parts) },
  not: v.exactOptional(v.lazy(() => plain)),
  ...{ if: v.exactOptional(v.lazy(() => plain)), then: v.exactOptional(v.lazy(() => plain)) },
  else: v.exactOptional(v.lazy(() => plain)),
});

/** Whether a value has at most so many parts; it counts no further. */
function small(value: unknown): boolean {
  let left = MOST_PARTS;
  const count = (each: unknown, depth: number): boolean => {
    if (--left < 0 || depth < 0) return false;
    if (typeof each !== 'object' || each === null) return true;
    return Object.values(each).every((inner) => count(inner, depth - 1));
  };
  return count(value, MOST_DEPTH);
}

/** A schema ready to be met: of its own copy, with nothing in it that is not understood. */
function compile(source: unknown): Validator | string {
  if (!small(source)) return `expected a schema of at most ${MOST_PARTS} parts, ${MOST_DEPTH} deep`;
  const schema = v.safeParse(plain, source);
  if (schema.success) return new Validator(schema.output, '2020-12');
  const [issue] = schema.issues;
  const at = v.getDotPath(issue);
  return `expected plain JSON Schema (no pattern, format or $ref)${at === null ? '' : `: ${at}`}: ${issue.message}`;
}

/** What is wrong with a JSON Schema of a pack, or undefined where nothing is. */
export function schemaProblem(source: unknown): string | undefined {
  const found = compile(source);
  return typeof found === 'string' ? found : undefined;
}

const compiled = new WeakMap<object, Validator>();

/**
 * Whether a value meets a JSON Schema (2020-12, keywords as above).
 * @throws AppError `invalid-pack` when the schema is none: see `schemaProblem`.
 */
export function meets(source: Readonly<Record<string, unknown>>, value: Json): boolean {
  const known = compiled.get(source);
  const validator = known ?? compile(source);
  if (typeof validator === 'string') throw new AppError('invalid-pack', validator);
  if (known === undefined) compiled.set(source, validator);
  return validator.validate(value).valid;
}
