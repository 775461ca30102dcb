import * as v from 'valibot';
import { AppError } from '../errors.ts';

/** The web's decoder, which Node and workers have too; the domain's library has no DOM types, so its shape stands here. */
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean },
) => { decode(bytes: Uint8Array): string };

export function invalid(file: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid-file', `${file}: ${reason}`, { cause, place: { file } });
}

/** Bytes as UTF-8 text; throws `invalid-file` where they are none. */
export function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(file, 'expected UTF-8 text, got other bytes', cause);
  }
}

/** A JSON text through a schema; throws `invalid-file` with the first thing that is wrong. */
export function readJson<T>(text: string, schema: v.GenericSchema<unknown, T>, file: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(file, `expected JSON: ${reason}`, cause);
  }
  const parsed = v.safeParse(schema, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw invalid(file, path === null ? issue.message : `"${path}": ${issue.message}`);
}
