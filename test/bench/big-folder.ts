import { openHfFolder } from '../../src/core/huggingface/folder.ts';
import type { LocalFile } from '../../src/state/types.ts';
import { libraryFor } from '../fixtures/mlc-for-folder.ts';
import { tinyLibrary } from '../fixtures/mlc-library.ts';
import { jsonFile, numberOf, randomModel } from '../fixtures/random-model.ts';

/** Sizes of Qwen2-0.5B with half its layers; 16-bit weights of some 360 MB. */
const SIZES = {
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
} as const;
const LAYERS = 12;
export const PIECE_BYTES = 8 * 1024 * 1024;

/** Numbers of both signs between 2^-7 and 1 in 16 bits, by a generator with a fixed start. */
function noise(): Uint8Array<ArrayBuffer> {
  const numbers = new Uint16Array(PIECE_BYTES / 2);
  let state = 1;
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    numbers[i] = ((state >>> 16) & 0x83ff) | ((8 + (state % 7)) << 10);
  }
  return new Uint8Array(numbers.buffer);
}

function layer(i: number): readonly (readonly [string, readonly number[]])[] {
  const { hidden_size: hidden, intermediate_size: inner } = SIZES;
  const at = `model.layers.${i}`;
  return [
    [`${at}.self_attn.q_proj.weight`, [hidden, hidden]],
    [`${at}.self_attn.q_proj.bias`, [hidden]],
    ...['k_proj', 'v_proj'].flatMap((name) => [
      [`${at}.self_attn.${name}.weight`, [128, hidden]] as const,
      [`${at}.self_attn.${name}.bias`, [128]] as const,
    ]),
    [`${at}.self_attn.o_proj.weight`, [hidden, hidden]],
    ...['gate_proj', 'up_proj'].map((name) => [`${at}.mlp.${name}.weight`, [inner, hidden]] as const),
    [`${at}.mlp.down_proj.weight`, [hidden, inner]],
    [`${at}.input_layernorm.weight`, [hidden]],
    [`${at}.post_attention_layernorm.weight`, [hidden]],
  ];
}

/** A Hugging Face folder whose weights, noise in F16, lie in `folder` on the disk of this origin. */
export async function bigFolder(folder: FileSystemDirectoryHandle): Promise<readonly LocalFile[]> {
  const small = randomModel({ family: 'qwen2', seed: 1, config: { ...SIZES, num_hidden_layers: 0 } });
  const config = { ...small.config, num_hidden_layers: LAYERS, torch_dtype: 'float16' };
  const jsons = small.files
    .filter(({ path }) => path.endsWith('.json') && path !== 'config.json')
    .concat(jsonFile('config.json', config))
    .map(({ path, bytes }) => ({ path: `big/${path}`, file: new File([bytes], path) }));
  const rows = numberOf(small.config, 'vocab_size');
  const shapes = [
    ['model.embed_tokens.weight', [rows, SIZES.hidden_size]] as const,
    ...Array.from({ length: LAYERS }, (_, i) => layer(i)).flat(),
    ['model.norm.weight', [SIZES.hidden_size]] as const,
  ];
  let end = 0;
  const header = shapes.map(([name, shape]) => {
    const start = end;
    end += 2 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: 'F16', shape, data_offsets: [start, end] }] as const;
  });
  const handle = await folder.getFileHandle('model.safetensors', { create: true });
  const weights = await written(handle, Object.fromEntries(header), end);
  return [...jsons, { path: 'big/model.safetensors', file: weights }];
}

async function written(handle: FileSystemFileHandle, header: object, bytes: number): Promise<File> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  const stream = await handle.createWritable();
  await stream.write(length);
  await stream.write(padded);
  const block = noise();
  for (let at = 0; at < bytes; at += PIECE_BYTES)
    await stream.write(block.subarray(0, Math.min(PIECE_BYTES, bytes - at)));
  await stream.close();
  return handle.getFile();
}

/** What a model library in q4f32_1 for such a folder says of itself, without its functions. */
export async function libraryOf(files: readonly LocalFile[]): Promise<LocalFile> {
  const library = libraryFor(await openHfFolder(files), 'q4f32_1');
  const { modelType, quantization, prefillChunkSize, maxBatchSize, params, kvCache, memoryUsage } = library;
  const bytes = tinyLibrary({
    ...{ model_type: modelType, quantization, context_window_size: 256, params },
    ...{ prefill_chunk_size: prefillChunkSize, max_batch_size: maxBatchSize, memory_usage: memoryUsage },
    kv_cache: {
      num_hidden_layers: kvCache?.layers,
      num_attention_heads: kvCache?.queryHeads,
      num_key_value_heads: kvCache?.kvHeads,
      head_dim: kvCache?.headDim,
    },
  });
  return { path: 'libs/model.wasm', file: new File([bytes], 'model.wasm') };
}
