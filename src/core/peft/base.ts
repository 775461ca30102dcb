import * as v from 'valibot';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { readGgufHeader, type GgufHeader } from '../gguf/header.ts';
import { optional, positive, required, text } from '../gguf/metadata.ts';
import type { ModelType } from '../huggingface/config.ts';
import { namedTensors, type ModelShape } from '../huggingface/names.ts';
import type { AdapterBase } from './to-gguf.ts';

/** llama.cpp's architectures, each with the family whose names and order of rows it has; Mistral is a Llama to it. */
const FAMILIES: ReadonlyMap<string, ModelType> = new Map([
  ['llama', 'llama'],
  ['qwen2', 'qwen2'],
  ['qwen3', 'qwen3'],
  ['gemma2', 'gemma2'],
  ['phi3', 'phi3'],
]);

/** A base as its adapters need it: its tensors by Hugging Face's names, and their shapes. */
export interface GgufBase extends AdapterBase {
  /** As PyTorch has them, for `checkBase`. */
  readonly shapes: ReadonlyMap<string, { readonly shape: readonly number[] }>;
}

/** Some ten times what the largest public models have: a list is made of them. */
const layers = v.pipe(positive, v.maxValue(1024));

/** What a GGUF model says of itself, by Hugging Face's names; of a split one the first part, which holds the metadata, and all headers. */
export async function ggufBase(files: readonly BinaryFile[]): Promise<GgufBase> {
  const headers = await Promise.all(files.map(readGgufHeader));
  const header = headers.find(({ metadata }) => metadata.has('general.architecture'));
  if (header === undefined)
    throw new AppError('invalid-file', 'GGUF base: expected an architecture, got none');
  const architecture = required(header, 'general.architecture', text);
  const modelType = FAMILIES.get(architecture);
  if (modelType === undefined) {
    const expected = [...FAMILIES.keys()].join(', ');
    throw new AppError('model-unsupported', `GGUF base: expected one of ${expected}, got "${architecture}"`);
  }
  const tensors = new Map(
    headers.flatMap((one) => one.tensors.map(({ name, shape }) => [name, [...shape].reverse()] as const)),
  );
  const named = namedTensors(shapeOf(header, architecture, modelType, tensors));
  return {
    architecture,
    nameOf: (name) => {
      const found = named.get(name);
      return found !== undefined && tensors.has(found.ggml) ? found : undefined;
    },
    shapes: new Map(
      [...named].flatMap(([name, { ggml }]) => {
        const shape = tensors.get(ggml);
        return shape === undefined ? [] : [[name, { shape }] as const];
      }),
    ),
  };
}

function shapeOf(
  header: GgufHeader,
  architecture: string,
  modelType: ModelType,
  tensors: ReadonlyMap<string, readonly number[]>,
): ModelShape {
  const number = (key: string): number => required(header, `${architecture}.${key}`, positive);
  const hidden = number('embedding_length');
  const heads = number('attention.head_count');
  return {
    ...{ modelType, hidden, heads },
    intermediate: number('feed_forward_length'),
    layers: required(header, `${architecture}.block_count`, layers),
    keyValueHeads: optional(header, `${architecture}.attention.head_count_kv`, positive) ?? heads,
    headDim: optional(header, `${architecture}.attention.key_length`, positive) ?? hidden / heads,
    vocabulary: tensors.get('token_embd.weight')?.[0] ?? 0,
    tied: !tensors.has('output.weight'),
    bias: tensors.has('blk.0.attn_output.bias') ? 'qkvo' : tensors.has('blk.0.attn_q.bias') ? 'qkv' : 'none',
  };
}
