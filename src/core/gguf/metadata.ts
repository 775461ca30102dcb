import * as v from 'valibot';
import { AppError } from '../errors.ts';
import type { GgufHeader } from './header.ts';

/** One value of a header through a schema; undefined where the key is missing, AppError `invalid-file` where it is wrong. */
export function optional<T>(header: GgufHeader, key: string, schema: v.GenericSchema<T>): T | undefined {
  const value = header.metadata.get(key);
  if (value === undefined) return undefined;
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new AppError('invalid-file', `GGUF metadata "${key}": ${parsed.issues[0].message}`);
}

export function required<T>(header: GgufHeader, key: string, schema: v.GenericSchema<T>): T {
  const value = optional(header, key, schema);
  if (value === undefined)
    throw new AppError('model-unsupported', `GGUF metadata: expected "${key}", got none`);
  return value;
}

export const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31));
export const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
export const text = v.string();
export const flag = v.boolean();
export const texts = v.array(v.string());
export const numbers = v.array(v.number());
