import { AppError } from '../errors.ts';
import { idFromFile } from '../pack/ids.ts';
import { parsePack } from '../pack/parse.ts';
import type { Note, Pack } from '../pack/types.ts';

/** What a reader of other people's files gives: a pack in Assay's own layout, and what ought to be known of it. */
export interface MadePack {
  readonly pack: Pack;
  readonly notes: readonly Note[];
}

/**
 * A pack of fields in Assay's own layout. Its source is their JSON text, so that it is read again in one step.
 * @throws AppError `invalid-file`, since it is the file that does not fit.
 */
export function madePack(file: string, fields: object): Pack {
  const id = idFromFile(file);
  const source = `${JSON.stringify({ id, title: id, version: '1', ...fields }, null, 1)}\n`;
  try {
    return parsePack(source, `${id}.json`);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const path = thrown.place.path === undefined ? {} : { path: thrown.place.path };
    throw new AppError('invalid-file', `${file}: as a pack: ${thrown.message}`, {
      cause: thrown,
      place: { file, ...path },
    });
  }
}

/** An id of the entry at this index: `q0001` for the first. */
export function numbered(lead: string, at: number): string {
  return `${lead}${String(at + 1).padStart(4, '0')}`;
}

/** The start of a text, for a title. */
export function shortened(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= 100 ? flat : `${flat.slice(0, 99)}…`;
}

/** A text with something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
