import * as v from 'valibot';
import { AppError } from '../errors.ts';
import { invalid, readJson } from './json.ts';
import { ELEMENT_BYTES, elementType, type ElementType } from './metadata.ts';

/** The two names of the index: runtimes up to 0.2.79 read the first, later ones the second. */
export const INDEX_FILES = ['ndarray-cache.json', 'tensor-cache.json'] as const;

/** `f32-to-bf16`: the upper half of each float32 is stored. */
const RECORD_FORMATS = ['raw', 'f32-to-bf16'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Where one tensor lies. */
export interface WeightRecord {
  readonly name: string;
  readonly shape: readonly number[];
  /** In memory; on disk see `format`. */
  readonly dtype: ElementType;
  readonly format: RecordFormat;
  readonly nbytes: number;
  readonly byteOffset: number;
}

export interface WeightShard {
  /** Path within the folder of the index, with `/`. */
  readonly path: string;
  readonly nbytes: number;
  /** 32 hex digits; absent where the index has none. */
  readonly md5?: string;
  readonly records: readonly WeightRecord[];
}

/** The index of the weights of a model in MLC's format. */
export interface Weights {
  readonly shards: readonly WeightShard[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const length = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

const recordSchema = v.object({
  name,
  shape: v.pipe(v.array(length), v.maxLength(8)),
  dtype: elementType,
  format: v.picklist(
    RECORD_FORMATS,
    ({ received }) => `expected the format raw or f32-to-bf16, got ${received}`,
  ),
  nbytes: count,
  byteOffset: count,
});

const indexSchema = v.object({
  records: v.pipe(
    v.array(
      v.object({
        dataPath: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
        format: v.literal('raw-shard'),
        nbytes: count,
        md5sum: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/i, 'expected 32 hex digits'))),
        records: v.pipe(v.array(recordSchema), v.maxLength(100_000)),
      }),
    ),
    v.minLength(1),
    v.maxLength(100_000),
  ),
});

/** Control characters, and what separates or names drives on some system. */
const UNSAFE = /[\p{Cc}\\:]/u;

/** Whether a path from a file stays within the folder that it is in. */
export function isInside(path: string): boolean {
  return !UNSAFE.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function bytesOf({ shape, dtype, format }: WeightRecord): number {
  const each = format === 'f32-to-bf16' ? 2 : ELEMENT_BYTES[dtype];
  return shape.reduce((product, length) => product * length, each);
}

function checkRecord(record: WeightRecord, file: string): void {
  const { name, shape, dtype, format, nbytes } = record;
  if (format === 'f32-to-bf16' && dtype !== 'float32')
    throw invalid(file, `${name}: expected float32 in the format f32-to-bf16, got ${dtype}`);
  const expected = bytesOf(record);
  if (nbytes !== expected) {
    throw invalid(
      file,
      `${name}: expected ${expected} bytes for ${dtype} [${shape.join(', ')}] stored as ${format}, got ${nbytes}`,
    );
  }
}

/** Tensors of a shard lie within it and not over one another; WebLLM reads a damaged index without a word. */
function checkPlaces({ path, nbytes, records }: WeightShard, file: string): void {
  let end = 0;
  let before = 'the start';
  for (const record of [...records].sort((a, b) => a.byteOffset - b.byteOffset)) {
    if (record.byteOffset < end)
      throw invalid(file, `${path}: ${record.name} at byte ${record.byteOffset} lies over ${before}`);
    end = record.byteOffset + record.nbytes;
    before = record.name;
    if (end > nbytes)
      throw invalid(file, `${path}: ${before} ends at byte ${end}, but the file has ${nbytes} bytes`);
  }
}

function checkOnce(names: readonly string[], what: string, file: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalid(file, `expected each ${what} once, got ${name} twice`);
    seen.add(name);
  }
}

/** Reads an index (`ndarray-cache.json`, `tensor-cache.json`) and checks it; throws AppError `invalid-file`. */
export function readWeights(text: string, file: string): Weights {
  const { records } = readJson(text, indexSchema, file);
  const shards = records.map(({ dataPath, nbytes, md5sum, records }) => ({
    path: dataPath,
    nbytes,
    ...(md5sum === undefined ? {} : { md5: md5sum.toLowerCase() }),
    records,
  }));
  for (const shard of shards) {
    if (!isInside(shard.path)) {
      throw invalid(
        file,
        `expected the path of a file in the model's folder, got ${JSON.stringify(shard.path)}`,
      );
    }
    for (const record of shard.records) checkRecord(record, file);
    checkPlaces(shard, file);
  }
  checkOnce(
    shards.map(({ path }) => path),
    'shard',
    file,
  );
  checkOnce(
    shards.flatMap(({ records }) => records.map(({ name }) => name)),
    'tensor',
    file,
  );
  return { shards };
}

/**
 * Throws `invalid-file` unless every shard is there with the size that the index gives it. `sizeOf` is asked for a path and
 * answers in bytes.
 */
export function checkShards(
  weights: Weights,
  sizeOf: (path: string) => number | undefined,
  file: string,
): void {
  const missing = weights.shards.filter(({ path }) => sizeOf(path) === undefined).map(({ path }) => path);
  if (missing.length > 0) {
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    throw new AppError(
      'not-found',
      `${file}: expected ${weights.shards.length} files of weights, but ${missing.slice(0, 3).join(', ')}${more} are missing`,
      { place: { file } },
    );
  }
  for (const { path, nbytes } of weights.shards) {
    const got = sizeOf(path);
    if (got !== nbytes) throw invalid(path, `expected ${nbytes} bytes as ${file} says, got ${got ?? 'none'}`);
  }
}
