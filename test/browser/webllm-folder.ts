import type { ModelSource } from '../../src/core/engine.ts';
import { readGgufHeader, type GgufHeader, type GgufTensor } from '../../src/core/gguf/header.ts';
import { readGguf } from '../../src/core/gguf/info.ts';
import { f16ToNumber } from '../../src/core/tensors/numbers.ts';
import { createWebLlm } from '../../src/engines/webllm/engine.ts';
import { floats, makeGguf } from '../fixtures/gguf-file.ts';
import { OLD_IMPORT, wasmModule } from '../fixtures/mlc-library.ts';
import { bundledFile, fileOf, sourceOfFiles } from './engine-models.ts';

const Q8_0 = 8;
const BLOCK = 32;
const SHARD = 'params_shard_0.bin';

/** The WebLLM engine with plain code of the tests in the place of WebLLM and its library. */
export function createStandIn(without: 'nothing' | 'shared prompts' | 'a lasting device' = 'nothing') {
  const startWorker = () =>
    new Worker(new URL('./webllm-stand-in.worker.ts', import.meta.url), { type: 'module', name: without });
  return createWebLlm({ startWorker });
}

export type Files = Map<string, Blob>;

/** A bundled toy model as a folder in MLC's format, with a library that can be read but not run. */
export async function toyFolder(name = 'toy-base.gguf'): Promise<Files> {
  const file = await bundledFile(name);
  const info = await readGguf(file);
  const header = await readGgufHeader(file);
  const tensors = await Promise.all(header.tensors.map((tensor) => numbersOf(file, header, tensor)));
  const { tokens, merges, types, bos = 0, eos = 0 } = info.tokenizer;
  const special = tokens.flatMap((content, id) => (types[id] === 3 ? [{ id, content, special: true }] : []));
  const json = (value: object): Blob => new Blob([JSON.stringify(value)]);
  const index = json({ metadata: {}, records: [shardOf(header, tensors)] });
  return new Map([
    ['mlc-chat-config.json', json(chatConfig(tokens.length, bos, eos))],
    ['ndarray-cache.json', index],
    [SHARD, new Blob(tensors)],
    ['tokenizer.json', json(tokenizerOf(tokens, merges, special, bos))],
    [
      'tokenizer_config.json',
      json({ bos_token: tokens[bos], eos_token: { content: tokens[eos] }, chat_template: info.chatTemplate }),
    ],
    ['toy.wasm', new Blob([library(header)])],
  ]);
}

/** The same weights as `toyFolder` has, for llama.cpp: a bundled toy model with 32-bit numbers in place of 8-bit ones. */
export async function toyInFloats(name = 'toy-base.gguf'): Promise<Blob> {
  const file = await bundledFile(name);
  const header = await readGgufHeader(file);
  const tensors = await Promise.all(
    header.tensors.map(async (tensor) =>
      floats(tensor.name, tensor.shape, await numbersOf(file, header, tensor)),
    ),
  );
  const metadata = [...header.places.values()].map(({ start, end }) => file.slice(start, end));
  return makeGguf({}, tensors, metadata);
}

export async function folderSource(
  files: Files,
  checksums: Readonly<Record<string, string>> = {},
): Promise<ModelSource> {
  const described = await Promise.all([...files].map(([name, blob]) => fileOf(blob, name, checksums[name])));
  return { ...sourceOfFiles(described), kind: 'mlc' };
}

function chatConfig(vocabulary: number, bos: number, eos: number): object {
  return {
    model_type: 'llama',
    quantization: 'q0f32',
    vocab_size: vocabulary,
    context_window_size: 512,
    tokenizer_files: ['tokenizer.json', 'tokenizer_config.json'],
    conv_template: { roles: { user: 'user', assistant: 'assistant' }, seps: ['\n'], stop_token_ids: [eos] },
    bos_token_id: bos,
    eos_token_id: eos,
    model_config: { layers: 4, hidden: 128, heads: 4, epsilon: 1e-5, ropeBase: 10000 },
  };
}

function tokenizerOf(
  tokens: readonly string[],
  merges: readonly string[],
  special: readonly { readonly id: number; readonly content: string }[],
  bos: number,
): object {
  const added = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const lead = tokens[bos] ?? '';
  return {
    version: '1.0',
    added_tokens: special.map((token) => ({ ...added, ...token })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: lead, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { [lead]: { id: lead, ids: [bos], tokens: [lead] } },
    },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
}

function shapeOf({ shape }: GgufTensor): readonly number[] {
  return [...shape].reverse();
}

function shardOf({ tensors }: GgufHeader, numbers: readonly Float32Array[]): object {
  let byteOffset = 0;
  const records = tensors.map((tensor, at) => {
    const nbytes = numbers[at]!.byteLength;
    const record = {
      name: tensor.name,
      shape: shapeOf(tensor),
      dtype: 'float32',
      format: 'raw',
      nbytes,
      byteOffset,
    };
    byteOffset += nbytes;
    return record;
  });
  return { dataPath: SHARD, format: 'raw-shard', nbytes: byteOffset, records };
}

function library({ tensors }: GgufHeader): Uint8Array<ArrayBuffer> {
  const metadata = {
    model_type: 'llama',
    quantization: 'q0f32',
    context_window_size: 512,
    sliding_window_size: -1,
    prefill_chunk_size: 128,
    max_batch_size: 16,
    params: tensors.map((tensor) => ({ name: tensor.name, shape: shapeOf(tensor), dtype: 'float32' })),
    kv_cache: { num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 32 },
    memory_usage: { embed: 0, batch_prefill: 0, batch_decode: 0, create_tir_paged_kv_cache: 0 },
  };
  return wasmModule({ imports: [`${OLD_IMPORT}Finalizer`], data: JSON.stringify(metadata) });
}

/** The numbers of a tensor in F32 or Q8_0: blocks of 32 bytes behind a 16-bit scale. */
async function numbersOf(
  file: Blob,
  header: GgufHeader,
  tensor: GgufTensor,
): Promise<Float32Array<ArrayBuffer>> {
  const count = tensor.shape.reduce((product, length) => product * length, 1);
  const bytes = tensor.type === Q8_0 ? (count / BLOCK) * (BLOCK + 2) : count * 4;
  const start = header.dataOffset + tensor.offset;
  const view = new DataView(await file.slice(start, start + bytes).arrayBuffer());
  if (tensor.type !== Q8_0) return new Float32Array(view.buffer);
  return Float32Array.from({ length: count }, (_, i) => {
    const at = Math.floor(i / BLOCK) * (BLOCK + 2);
    return f16ToNumber(view.getUint16(at, true)) * view.getInt8(at + 2 + (i % BLOCK));
  });
}
