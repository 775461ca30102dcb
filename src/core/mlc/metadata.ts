import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { AppError } from '../errors.ts';
import { invalid, readJson, utf8 } from './json.ts';

/** How a parameter is stored: as WebLLM names it, with its bytes per number. */
export const ELEMENT_BYTES = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  uint32: 4,
  int32: 4,
  uint16: 2,
  uint8: 1,
  int8: 1,
} as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

/** A length, or the name of one that the weights decide, such as `vocab_size`; the same name is the same length everywhere. */
export type Dimension = number | string;

export interface LibraryParameter {
  readonly name: string;
  readonly shape: readonly Dimension[];
  readonly dtype: ElementType;
}

export interface CacheShape {
  readonly layers: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** What a model library says of itself. */
export interface LibraryMetadata {
  /** As MLC names the architecture, e.g. `qwen2`. */
  readonly modelType: string;
  /** As MLC names it, e.g. `q4f32_1`. */
  readonly quantization: string;
  /** Tokens; absent where the library keeps a sliding window only. */
  readonly contextWindowSize?: number;
  readonly slidingWindowSize?: number;
  readonly prefillChunkSize: number;
  /** Sequences that its batched functions take at once. */
  readonly maxBatchSize: number;
  readonly params: readonly LibraryParameter[];
  /** Absent in embedding models. */
  readonly kvCache?: CacheShape;
  /** Bytes of intermediate results that each function needs. */
  readonly memoryUsage: Readonly<Record<string, number>>;
}

const MAX_COUNT = 2 ** 31 - 1;
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_COUNT));
/** -1 stands for none. */
const countOrNone = v.union([v.literal(-1), count], 'expected -1 or a whole number from 1 on');
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

export const elementType = v.picklist(
  ['float32', 'float16', 'bfloat16', 'uint32', 'int32', 'uint16', 'uint8', 'int8'],
  ({ received }) => `expected a type of numbers such as float32, float16 or uint32, got ${received}`,
);

const metadataSchema = v.object({
  model_type: name,
  quantization: name,
  context_window_size: countOrNone,
  sliding_window_size: v.optional(countOrNone, -1),
  prefill_chunk_size: count,
  max_batch_size: v.optional(count),
  params: v.pipe(
    v.array(
      v.object({
        name,
        shape: v.pipe(v.array(v.union([count, name])), v.maxLength(8)),
        dtype: elementType,
      }),
    ),
    v.maxLength(100_000),
  ),
  kv_cache: v.optional(
    v.object({
      num_hidden_layers: count,
      num_attention_heads: count,
      num_key_value_heads: count,
      head_dim: count,
    }),
  ),
  memory_usage: v.record(v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

const MARK = utf8ToBytes('{"model_type"');
/** Metadata of the largest library in public has about 0.1 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

function find(bytes: Uint8Array, mark: Uint8Array): number {
  const [first = 0] = mark;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (mark.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** One past the bracket that closes the JSON object at `start`; -1 where none does. */
function endOfObject(bytes: Uint8Array, start: number): number {
  const last = Math.min(bytes.length, start + MAX_BYTES);
  let depth = 0;
  let quoted = false;
  for (let at = start; at < last; at += 1) {
    const byte = bytes[at];
    if (quoted && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE && --depth === 0) return at + 1;
  }
  return -1;
}

function toMetadata(raw: v.InferOutput<typeof metadataSchema>, maxBatchSize: number): LibraryMetadata {
  const { kv_cache: cache, context_window_size: context, sliding_window_size: sliding } = raw;
  return {
    modelType: raw.model_type,
    quantization: raw.quantization,
    ...(context === -1 ? {} : { contextWindowSize: context }),
    ...(sliding === -1 ? {} : { slidingWindowSize: sliding }),
    prefillChunkSize: raw.prefill_chunk_size,
    maxBatchSize,
    params: raw.params,
    ...(cache === undefined
      ? {}
      : {
          kvCache: {
            layers: cache.num_hidden_layers,
            queryHeads: cache.num_attention_heads,
            kvHeads: cache.num_key_value_heads,
            headDim: cache.head_dim,
          },
        }),
    memoryUsage: raw.memory_usage,
  };
}

/**
 * The metadata of a model library. Its function `_metadata` returns a JSON text that stands word for word among the module's data,
 * so it is read without running anything. Throws `invalid-file`, or `model-unsupported` for a library that is too old.
 */
export function readMetadata(bytes: Uint8Array, file: string): LibraryMetadata {
  const start = find(bytes, MARK);
  if (start === -1)
    throw invalid(file, 'expected a model library of MLC with metadata ({"model_type" ...), got none');
  const end = endOfObject(bytes, start);
  if (end === -1) throw invalid(file, `the metadata at byte ${start} never ends: the file is damaged`);
  const raw = readJson(utf8(bytes.subarray(start, end), file), metadataSchema, `${file}, metadata`);
  const names = new Set(raw.params.map((param) => param.name));
  if (raw.params.length === 0 || names.size !== raw.params.length)
    throw invalid(
      file,
      `expected parameters of different names, got ${raw.params.length} with ${names.size}`,
    );
  if (raw.max_batch_size === undefined) {
    throw new AppError(
      'model-unsupported',
      `${file}: expected a model library of v0_2_48 or newer, got one whose metadata has no max_batch_size: it is older`,
      { place: { file } },
    );
  }
  return toMetadata(raw, raw.max_batch_size);
}
