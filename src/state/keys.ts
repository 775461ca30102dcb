import { grammarKey } from '../core/key/grammar.ts';
import type { ExactKey } from '../core/key/types.ts';
import { AppError } from '../core/errors.ts';

/**
 * The exact keys this app ships. A pack names one by id and cannot bring its own: a key is a set of regular
 * expressions, and those of a hostile file could hang the page.
 */
const FILES: Readonly<Record<string, string>> = { 'toy-answer-grammar/1': 'answer-grammar.json' };

/** Loads each key once, from the app's own origin. */
export function exactKeys(bundledUrl: string): (id: string) => Promise<ExactKey | undefined> {
  const known = new Map<string, Promise<ExactKey>>();
  const load = async (file: string): Promise<ExactKey> => {
    const response = await fetch(`${bundledUrl}${file}`);
    if (!response.ok)
      throw new AppError('not-found', `${file}: expected the file, got status ${response.status}`);
    const json: unknown = await response.json();
    return grammarKey(json, file);
  };
  return async (id) => {
    const file = FILES[id];
    if (file === undefined) return undefined;
    const key = known.get(id) ?? load(file);
    known.set(id, key);
    return key;
  };
}
