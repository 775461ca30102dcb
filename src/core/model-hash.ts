import { hashText } from './hash.ts';
import type { FileRecord } from './model.ts';

/**
 * What identifies a model (64 hex digits): the SHA-256 of its file, or, of several files, of their checksum list as
 * `sha256sum` prints it, sorted by name (`LC_ALL=C sha256sum FILES | LC_ALL=C sort -k 2 | sha256sum`).
 */
export function modelHash(files: readonly FileRecord[]): string {
  const [only] = files;
  if (only !== undefined && files.length === 1) return only.sha256;
  const lines = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ sha256, name }) => `${sha256}  ${name}\n`);
  return hashText(lines.join(''));
}

/** Identifies a base with an adapter on top: the same list over `base` and `adapter`. */
export function adaptedHash(base: string, adapter: string): string {
  return hashText(`${adapter}  adapter\n${base}  base\n`);
}
