import * as v from 'valibot';
import { refused } from './types.ts';

/** Name of a tensor -> name of the shard that holds it. */
export type ShardIndex = ReadonlyMap<string, string>;

const FILE = 'model.safetensors.index.json';
const schema = v.object({ weight_map: v.unknown() });

/** Parses the index of a model in shards; throws AppError `invalid-file`. */
export function parseIndex(value: unknown): ShardIndex {
  const parsed = v.safeParse(schema, value);
  const map = parsed.success ? parsed.output.weight_map : undefined;
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw refused(FILE, 'an object "weight_map"', 'none');
  const entries = Object.entries(map);
  if (entries.length === 0) throw refused(FILE, 'tensors in "weight_map"', 'none');
  const index = new Map<string, string>();
  for (const [tensor, file] of entries) {
    if (tensor === '__proto__') throw refused(FILE, 'names of tensors in "weight_map"', '"__proto__"');
    if (typeof file !== 'string') throw refused(FILE, `a file name for tensor "${tensor}"`, typeof file);
    if (!isInFolder(file))
      throw refused(FILE, `a file within the folder for tensor "${tensor}"`, `"${file}"`);
    index.set(tensor, file);
  }
  return index;
}

/** A relative path that never leaves its folder, on any system. */
function isInFolder(path: string): boolean {
  if (path === '' || path.includes('\\') || path.includes('\0') || /^[a-z]:/i.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
