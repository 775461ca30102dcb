import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { libraryFor, QUANTISATIONS, type Quantisation } from '../../../test/fixtures/mlc-for-folder.ts';
import {
  asDropped,
  randomModel,
  type RandomModel,
  type RandomModelOptions,
} from '../../../test/fixtures/random-model.ts';
import { AppError } from '../errors.ts';
import { openHfFolder, type HfFolder } from '../huggingface/folder.ts';
import { readMlcConfig } from '../mlc/config.ts';
import { checkFit } from '../mlc/fit.ts';
import type { LibraryMetadata } from '../mlc/metadata.ts';
import { checkShards, readWeights, type WeightRecord } from '../mlc/weights.ts';
import { decodeGroups } from '../quantise/dequantise.ts';
import { f16ToF32 } from '../tensors/numbers.ts';
import { memoryTensor } from '../tensors/testing.ts';
import { wholeFile } from './testing.ts';
import { convertToMlc } from './to-mlc.ts';
import type { Converted } from './types.ts';

async function opened(
  options: RandomModelOptions,
): Promise<{ model: RandomModel; folder: HfFolder; tokenizerFiles: { name: string; file: Blob }[] }> {
  const model = randomModel(options);
  const dropped = asDropped(model.files);
  const file = dropped.find(({ path }) => path.endsWith('tokenizer.json'))!.file;
  return { model, folder: await openHfFolder(dropped), tokenizerFiles: [{ name: 'tokenizer.json', file }] };
}

interface Written {
  readonly texts: ReadonlyMap<string, string>;
  readonly records: ReadonlyMap<
    string,
    { readonly record: WeightRecord; readonly bytes: Uint8Array<ArrayBuffer> }
  >;
}

/** Writes all files in order and reads them with the readers that the engine uses. */
async function written(converted: Converted, library: LibraryMetadata): Promise<Written> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of converted.files) files.set(file.name, await wholeFile(file));
  const texts = new Map(
    [...files]
      .filter(([name]) => name.endsWith('.json'))
      .map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  );
  const text = texts.get('tensor-cache.json')!;
  expect(texts.get('ndarray-cache.json')).toBe(text);
  const weights = readWeights(text, 'tensor-cache.json');
  checkShards(weights, (path) => files.get(path)?.length, 'tensor-cache.json');
  checkFit({ file: 'x.wasm', content: library }, { file: 'tensor-cache.json', content: weights });
  const records = weights.shards.flatMap(({ path, md5, records }) => {
    const bytes = files.get(path)!;
    expect(md5).toBe(createHash('md5').update(bytes).digest('hex'));
    return records.map(
      (record) =>
        [
          record.name,
          { record, bytes: bytes.slice(record.byteOffset, record.byteOffset + record.nbytes) },
        ] as const,
    );
  });
  return { texts, records: new Map(records) };
}

/** A matrix or vector as an engine reads it. */
function numbersOf({ records }: Written, name: string): Float32Array {
  const plain = records.get(`${name}.weight`) ?? records.get(name);
  if (plain !== undefined) {
    const { record, bytes } = plain;
    return record.dtype === 'float32'
      ? new Float32Array(bytes.buffer)
      : f16ToF32(new Uint16Array(bytes.buffer));
  }
  const words = records.get(`${name}.q_weight`)!;
  const scales = records.get(`${name}.q_scale`)!;
  const values =
    scales.record.dtype === 'float32'
      ? new Float32Array(scales.bytes.buffer)
      : new Uint16Array(scales.bytes.buffer);
  const [rows = 0, groups = 0] = scales.record.shape;
  return decodeGroups(new Uint32Array(words.bytes.buffer), values, [rows, groups * 32]);
}

function original({ weights }: RandomModel, ...names: readonly string[]): number[] {
  return names.flatMap((name) => [...weights.get(name)!.numbers]);
}

/** Of each number, how far it may be off: half a step of its group, and in float16 what rounding adds. */
function expectClose(got: Float32Array, wanted: readonly number[], quantisation: Quantisation): void {
  expect(got).toHaveLength(wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  const step = { q0f32: 0, q0f16: 2 ** -11, q4f32_1: 1 / 14 + 1e-5, q4f16_1: 1 / 14 + 0.005 }[quantisation];
  const worst = Math.max(...wanted.map((number, i) => Math.abs(number - got[i]!)));
  expect(worst).toBeLessThanOrEqual(step * largest);
}

/** MLC's Llama has no biases. */
const NO_BIAS = { attention_bias: false };

describe('convertToMlc', () => {
  it.each(QUANTISATIONS)('writes what a library of Qwen2 in %s demands', async (quantisation) => {
    const { model, folder, tokenizerFiles } = await opened({ family: 'qwen2', seed: 1, type: 'F32' });
    const library = libraryFor(folder, quantisation);
    const converted = convertToMlc(folder, library, { tokenizerFiles });
    expect(converted).toMatchObject({
      architecture: 'qwen2',
      quantisation,
      contextTokens: 512,
      cacheWidth: 2 * 2 * 2 * 16,
    });
    expect(converted.parameters).toBe(
      [...model.weights.values()].reduce((sum, { numbers }) => sum + numbers.length, 0),
    );
    const made = await written(converted, library);
    const at = 'model.layers.1.self_attn';
    const qkv = ['q_proj', 'k_proj', 'v_proj'].map((part) => `${at}.${part}`);
    const weightsOf = (names: readonly string[]): string[] => names.map((name) => `${name}.weight`);
    expectClose(numbersOf(made, `${at}.c_attn`), original(model, ...weightsOf(qkv)), quantisation);
    const lossless = quantisation.includes('f32') ? 'q0f32' : 'q0f16';
    expectClose(
      numbersOf(made, `${at}.c_attn.bias`),
      original(model, ...qkv.map((name) => `${name}.bias`)),
      lossless,
    );
    const mlp = 'model.layers.0.mlp';
    const gateUp = [`${mlp}.gate_proj.weight`, `${mlp}.up_proj.weight`];
    expectClose(numbersOf(made, `${mlp}.gate_up_proj`), original(model, ...gateUp), quantisation);
    expectClose(
      numbersOf(made, 'model.embed_tokens'),
      original(model, 'model.embed_tokens.weight'),
      quantisation,
    );
    expectClose(numbersOf(made, 'model.norm.weight'), original(model, 'model.norm.weight'), lossless);
  });

  it.each(['llama', 'mistral', 'qwen3', 'gemma2', 'phi3'] as const)(
    'knows the names of %s',
    async (family) => {
      const { model, folder, tokenizerFiles } = await opened({
        family,
        seed: 2,
        ...(family === 'llama' ? { config: NO_BIAS } : {}),
      });
      const library = libraryFor(folder, 'q0f32');
      const made = await written(convertToMlc(folder, library, { tokenizerFiles }), library);
      const [attention, mlp, norm] =
        family === 'phi3'
          ? ['transformer.h.1.mixer', 'transformer.h.1.mlp', 'transformer.h.1.ln']
          : ['model.layers.1.self_attn', 'model.layers.1.mlp', 'model.layers.1.input_layernorm'];
      const parts = (at: string, fused: string, apart: readonly string[]): string[] =>
        (family === 'phi3' ? [fused] : apart).map((part) => `model.layers.1.${at}.${part}.weight`);
      const qkv = parts('self_attn', 'qkv_proj', ['q_proj', 'k_proj', 'v_proj']);
      expect([...numbersOf(made, `${attention}.qkv_proj`)]).toEqual(original(model, ...qkv));
      const gateUp = parts('mlp', 'gate_up_proj', ['gate_proj', 'up_proj']);
      expect([...numbersOf(made, `${mlp}.gate_up_proj`)]).toEqual(original(model, ...gateUp));
      const norms = original(model, 'model.layers.1.input_layernorm.weight');
      const plus = family === 'gemma2' ? 1 : 0;
      expect([...numbersOf(made, `${norm}.weight`)]).toEqual(
        norms.map((weight) => Math.fround(weight + plus)),
      );
    },
  );

  it('tells WebLLM the width of the logits, where an answer ends, and the tokenizer', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'qwen2', seed: 1 });
    const wide = folder.config.vocabulary + 5;
    const library = libraryFor(folder, 'q4f16_1', { vocabulary: wide });
    const made = await written(convertToMlc(folder, library, { tokenizerFiles }), library);
    const config = readMlcConfig(made.texts.get('mlc-chat-config.json')!);
    expect(config).toMatchObject({
      modelType: 'qwen2',
      quantization: 'q4f16_1',
      vocabulary: wide,
      contextTokens: 512,
      tokenizerFiles: ['tokenizer.json'],
    });
    expect(config.stopTokens).toEqual(
      [...new Set([folder.special.eos, ...folder.special.alsoEnd])].sort((a, b) => a - b),
    );
    expect(made.texts.get('tokenizer.json')).toBe(await tokenizerFiles[0]!.file.text());
    const table = numbersOf(made, 'model.embed_tokens');
    expect([...table.slice(folder.config.vocabulary * 64)]).toEqual(Array(5 * 64).fill(0));
  });

  it('takes a length that the library leaves open from the weights', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'llama', seed: 1, config: NO_BIAS });
    const library = libraryFor(folder, 'q4f32_1', { vocabulary: 'vocab_size' });
    const made = await written(convertToMlc(folder, library, { tokenizerFiles }), library);
    expect(readMlcConfig(made.texts.get('mlc-chat-config.json')!).vocabulary).toBe(folder.config.vocabulary);
  });

  it('makes the same bytes in whatever order the files are read', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'qwen2', seed: 3 });
    const library = libraryFor(folder, 'q4f16_1');
    const [one, two] = [1, 2].map(() => convertToMlc(folder, library, { tokenizerFiles }).files);
    const forwards = new Map<string, Uint8Array>();
    for (const file of one!) forwards.set(file.name, await wholeFile(file));
    for (const file of two!.toReversed()) expect(await wholeFile(file)).toEqual(forwards.get(file.name));
  });

  it('keeps shards to 32 MiB, a larger tensor alone', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'llama', seed: 1, config: NO_BIAS });
    const rows = 140_000; // 140,000 x 64 float32: 35.8 MB
    const library = libraryFor(folder, 'q0f32', { vocabulary: rows });
    const { files } = convertToMlc(folder, library, { tokenizerFiles });
    const sizes = files.filter(({ name }) => name.endsWith('.bin')).map(({ sizeBytes }) => sizeBytes);
    expect(sizes[0]).toBe(rows * 64 * 4);
    expect(sizes.slice(1, -1).every((size) => size <= 32 * 1024 * 1024)).toBe(true);
    expect(sizes.at(-1)).toBe(rows * 64 * 4);
  });

  it('names a weight that is not finite', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'qwen2', seed: 1 });
    const name = 'model.layers.0.mlp.up_proj.weight';
    const numbers = new Float32Array(96 * 64);
    numbers[64] = NaN;
    const tensors = new Map([...folder.tensors, [name, memoryTensor(name, [96, 64], numbers)]]);
    const library = libraryFor(folder, 'q4f16_1');
    await expect(
      written(convertToMlc(folder, library, { tokenizerFiles, tensors }), library),
    ).rejects.toMatchObject({
      code: 'invalid-file',
      // Up comes after the 96 rows of gate.
      message:
        'tensor "model.layers.0.mlp.gate_up_proj.weight", row 97, column 0: expected finite weights, got NaN',
    });
  });

  it.each([
    [
      'another architecture',
      (library: LibraryMetadata) => ({ ...library, modelType: 'phi3' }),
      'it expects architecture phi3, config.json says qwen2',
    ],
    [
      'another quantisation',
      (library: LibraryMetadata) => ({ ...library, quantization: 'q4f16_0' }),
      'a quantisation of q0f16, q0f32, q4f16_1, q4f32_1, got q4f16_0',
    ],
    [
      'more layers',
      (library: LibraryMetadata) => ({ ...library, kvCache: { ...library.kvCache!, layers: 3 } }),
      'it expects layers 3, config.json says 2',
    ],
    [
      'other heads',
      (library: LibraryMetadata) => ({ ...library, kvCache: { ...library.kvCache!, kvHeads: 4 } }),
      'it expects key-value heads 4, config.json says 2',
    ],
    [
      'a narrower vocabulary',
      (library: LibraryMetadata) => ({
        ...library,
        params: library.params.map((param) =>
          param.name.includes('embed') ? { ...param, shape: [7, param.shape[1]!] } : param,
        ),
      }),
      '"model.embed_tokens.q_weight" is [7, 8] there, and would be [',
    ],
    [
      'a parameter too many',
      (library: LibraryMetadata) => ({
        ...library,
        params: [...library.params, { name: 'x.weight', shape: [1], dtype: 'float32' } as const],
      }),
      'expects a parameter "x.weight", the weights have none',
    ],
    [
      'a parameter too few',
      (library: LibraryMetadata) => ({
        ...library,
        params: library.params.filter(({ name }) => name !== 'model.norm.weight'),
      }),
      'the model library has no parameter for model.norm.weight of the weights',
    ],
    [
      'another type',
      (library: LibraryMetadata) => ({
        ...library,
        params: library.params.map((param) =>
          param.name === 'model.norm.weight' ? { ...param, dtype: 'int8' as const } : param,
        ),
      }),
      '"model.norm.weight": expected float16 or float32, got int8',
    ],
  ])('refuses a library of %s', async (_what, change, message) => {
    const { folder, tokenizerFiles } = await opened({ family: 'qwen2', seed: 1 });
    const library = change(libraryFor(folder, 'q4f32_1'));
    try {
      convertToMlc(folder, library, { tokenizerFiles });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(AppError);
      expect(thrown).toMatchObject({ code: 'model-unsupported' });
      expect(String(thrown)).toContain(message);
      return;
    }
    expect.unreachable('expected a refusal');
  });

  it('refuses weights with biases that the library has no place for', async () => {
    const { folder, tokenizerFiles } = await opened({ family: 'llama', seed: 1 });
    expect(() => convertToMlc(folder, libraryFor(folder, 'q0f32'), { tokenizerFiles })).toThrow(
      'the model library has no parameter for model.layers.0.self_attn.q_proj.bias',
    );
  });

  it('needs a tokenizer', async () => {
    const { folder } = await opened({ family: 'qwen2', seed: 1 });
    expect(() => convertToMlc(folder, libraryFor(folder, 'q0f32'), { tokenizerFiles: [] })).toThrow(
      'expected a file "tokenizer.json", got none',
    );
  });
});
