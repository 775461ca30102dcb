import * as v from 'valibot';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { readGgufHeader, truncated, type GgufHeader, type GgufTensor } from './header.ts';
import { flag, index, numbers, optional, positive, required, text, texts } from './metadata.ts';
import { FILE_TYPES, TENSOR_TYPES } from './types.ts';

/** The vocabulary as llama.cpp stores it. */
export interface GgufTokenizer {
  /** `gpt2` is byte-level BPE, `llama` is SentencePiece. */
  readonly model: string;
  /** Which rule splits a text into words before merging. */
  readonly pre: string;
  readonly tokens: readonly string[];
  /** 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; empty where the file has none. */
  readonly types: readonly number[];
  readonly scores: readonly number[];
  readonly merges: readonly string[];
  readonly bos?: number;
  readonly eos?: number;
  /** Undefined: the file leaves it to the tokenizer's kind. */
  readonly addBos?: boolean;
  readonly addSpacePrefix?: boolean;
}

/** What a model file says of itself. */
export interface GgufInfo {
  readonly name?: string;
  readonly architecture: string;
  /** As llama.cpp names it, e.g. `Q8_0`. */
  readonly quantisation: string;
  readonly parameters: number;
  readonly contextTokens: number;
  /** Numbers a token adds to the key-value cache, over all layers. */
  readonly cacheWidth: number;
  readonly hasChatTemplate: boolean;
  readonly chatTemplate?: string;
  readonly tokenizer: GgufTokenizer;
  /** Of each weight, as ggml gives it: the innermost dimension first. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Reads and checks the header of a model file; rejects with AppError `invalid-file` or `model-unsupported`. */
export async function readGguf(file: BinaryFile): Promise<GgufInfo> {
  const header = await readGgufHeader(file);
  checkKind(header);
  checkSize(header, file.size);
  const architecture = required(header, 'general.architecture', text);
  const chatTemplate = optional(header, 'tokenizer.chat_template', text);
  const name = optional(header, 'general.name', text);
  return {
    ...(name === undefined ? {} : { name }),
    architecture,
    quantisation: quantisationOf(header),
    parameters: header.tensors.reduce((sum, tensor) => sum + weightsOf(tensor), 0),
    contextTokens: required(header, `${architecture}.context_length`, positive),
    cacheWidth: cacheWidth(header, architecture),
    hasChatTemplate: chatTemplate !== undefined,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    tokenizer: tokenizerOf(header),
    shapes: new Map(header.tensors.map(({ name, shape }) => [name, shape])),
  };
}

function checkKind(header: GgufHeader): void {
  const type = optional(header, 'general.type', text) ?? 'model';
  if (type !== 'model')
    throw new AppError('model-unsupported', `GGUF file: expected a model, got type "${type}"`);
  const parts = optional(header, 'split.count', index) ?? 0;
  if (parts > 1)
    throw new AppError('model-unsupported', `GGUF file: expected one whole file, got one of ${parts} parts`);
  if (header.tensors.length === 0)
    throw new AppError('model-unsupported', 'GGUF file: expected weights, got none');
}

/** Rejects with `invalid-file` where the file ends before its weights do. */
export function checkSize(header: GgufHeader, size: number): void {
  for (const tensor of header.tensors) {
    const end = header.dataOffset + tensor.offset + bytesOf(tensor);
    if (end > size) throw truncated(Math.ceil(end), size);
  }
}

/** Size of a tensor's data without the padding after it. */
export function bytesOf(tensor: GgufTensor): number {
  const type = TENSOR_TYPES.get(tensor.type);
  if (type !== undefined) return (weightsOf(tensor) / type.block) * type.bytes;
  throw new AppError(
    'model-unsupported',
    `GGUF tensor "${tensor.name}": expected a known type, got number ${tensor.type}`,
  );
}

function weightsOf(tensor: GgufTensor): number {
  return tensor.shape.reduce((product, length) => product * length, 1);
}

/** The file's own word; without it, the type that holds most weights. */
function quantisationOf(header: GgufHeader): string {
  const named = FILE_TYPES.get(optional(header, 'general.file_type', v.number()) ?? -1);
  if (named !== undefined) return named;
  const weights = new Map<number, number>();
  for (const tensor of header.tensors)
    weights.set(tensor.type, (weights.get(tensor.type) ?? 0) + weightsOf(tensor));
  const [most] = [...weights].sort((a, b) => b[1] - a[1]);
  return TENSOR_TYPES.get(most?.[0] ?? -1)?.name ?? 'unknown';
}

/** Some architectures give one number of key-value heads per layer. */
const headCounts = v.union([positive, v.array(index)]);

function cacheWidth(header: GgufHeader, architecture: string): number {
  const key = (name: string): string => `${architecture}.${name}`;
  const layers = optional(header, key('block_count'), positive) ?? 0;
  const embedding = optional(header, key('embedding_length'), positive) ?? 0;
  const heads = mean(optional(header, key('attention.head_count'), headCounts) ?? 1);
  const cached = mean(optional(header, key('attention.head_count_kv'), headCounts) ?? heads);
  const width = embedding / Math.max(1, heads);
  const keys = optional(header, key('attention.key_length'), positive) ?? width;
  const values = optional(header, key('attention.value_length'), positive) ?? width;
  return Math.ceil(layers * cached * (keys + values));
}

function mean(value: number | readonly number[]): number {
  if (typeof value === 'number') return value;
  return value.length === 0 ? 0 : value.reduce((sum, item) => sum + item, 0) / value.length;
}

function tokenizerOf(header: GgufHeader): GgufTokenizer {
  const key = (name: string): string => `tokenizer.ggml.${name}`;
  const tokens = required(header, key('tokens'), texts);
  const bos = optional(header, key('bos_token_id'), index);
  const eos = optional(header, key('eos_token_id'), index);
  const addBos = optional(header, key('add_bos_token'), flag);
  const addSpacePrefix = optional(header, key('add_space_prefix'), flag);
  for (const id of [bos, eos]) {
    if (id !== undefined && id >= tokens.length) {
      throw new AppError(
        'invalid-file',
        `GGUF tokenizer: expected a token below ${tokens.length}, got ${id}`,
      );
    }
  }
  return {
    model: required(header, key('model'), text),
    pre: optional(header, key('pre'), text) ?? 'default',
    tokens,
    types: optional(header, key('token_type'), numbers) ?? [],
    scores: optional(header, key('scores'), numbers) ?? [],
    merges: optional(header, key('merges'), texts) ?? [],
    ...(bos === undefined ? {} : { bos }),
    ...(eos === undefined ? {} : { eos }),
    ...(addBos === undefined ? {} : { addBos }),
    ...(addSpacePrefix === undefined ? {} : { addSpacePrefix }),
  };
}
