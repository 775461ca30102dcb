import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { Template } from '@huggingface/jinja';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMlcConfig } from '../../src/core/mlc/config.ts';
import { checkFit } from '../../src/core/mlc/fit.ts';
import { readLibrary } from '../../src/core/mlc/library.ts';
import { checkShards, INDEX_FILES, readWeights } from '../../src/core/mlc/weights.ts';
import { survey } from '../../src/core/recognise/survey.ts';
import {
  tinyLibrary,
  tinyMetadata,
  tinyParameters,
  TINY_VOCABULARY,
} from '../../test/fixtures/mlc-library.ts';
import { makeRandomModel } from './make.ts';
import { makeTokenizer } from './tokenizer.ts';

let folder = '';
const at = (...parts: string[]) => path.join(folder, ...parts);
const read = (...parts: string[]) => readFile(at(...parts), 'utf8');
const say = () => undefined;
const options = { seed: 5, huggingFace: false };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-random-model-'));
  await writeFile(at('x.wasm'), tinyLibrary());
  await makeRandomModel({ ...options, library: at('x.wasm'), out: at('model') }, say);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function hashes(of: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(at(of))).sort();
  return new Map(
    await Promise.all(
      names.map(
        async (name) =>
          [
            name,
            createHash('sha256')
              .update(await readFile(at(of, name)))
              .digest('hex'),
          ] as const,
      ),
    ),
  );
}

describe('makeRandomModel', () => {
  it('writes weights that the reader accepts and that fit the library, under both names of the index', async () => {
    const { metadata } = readLibrary(tinyLibrary(), 'x.wasm');
    for (const name of INDEX_FILES) {
      const weights = readWeights(await read('model', name), name);
      checkFit({ file: 'x.wasm', content: metadata }, { file: name, content: weights });
      for (const { path: shard, nbytes, md5 } of weights.shards) {
        const bytes = await readFile(at('model', shard));
        expect(bytes.length).toBe(nbytes);
        expect(createHash('md5').update(bytes).digest('hex')).toBe(md5);
      }
      checkShards(weights, (shard) => weights.shards.find((one) => one.path === shard)?.nbytes, name);
    }
  });

  it('writes finite numbers: levels of 0 to 14, norms near 1, positive scales', async () => {
    const { shards } = readWeights(await read('model', 'tensor-cache.json'), 'x');
    for (const shard of shards) {
      const bytes = await readFile(at('model', shard.path));
      for (const { name, dtype, byteOffset, nbytes } of shard.records) {
        const buffer = bytes.buffer.slice(
          bytes.byteOffset + byteOffset,
          bytes.byteOffset + byteOffset + nbytes,
        );
        if (dtype === 'uint32') {
          const levels = [...new Uint8Array(buffer)].flatMap((byte) => [byte & 15, byte >> 4]);
          expect(Math.max(...levels)).toBeLessThan(15);
          expect(new Set(levels).size).toBe(15);
        } else {
          const values = [...new Float32Array(buffer)];
          expect(values.every(Number.isFinite)).toBe(true);
          if (name.endsWith('norm.weight'))
            expect(Math.max(...values.map((x) => Math.abs(x - 1)))).toBeLessThan(0.2);
          if (name.endsWith('q_scale')) expect(Math.min(...values)).toBeGreaterThan(0);
        }
      }
    }
  });

  it('writes the same for the same seed only', async () => {
    await makeRandomModel({ ...options, library: at('x.wasm'), out: at('again') }, say);
    await makeRandomModel({ ...options, seed: 6, library: at('x.wasm'), out: at('other') }, say);
    expect(await hashes('again')).toEqual(await hashes('model'));
    expect((await hashes('other')).get('params_shard_0.bin')).not.toBe(
      (await hashes('model')).get('params_shard_0.bin'),
    );
  });

  it('writes a configuration with the padded vocabulary and the tokens that end an answer', async () => {
    const config = readMlcConfig(await read('model', 'mlc-chat-config.json'));
    expect(config).toMatchObject({
      modelType: 'qwen2',
      quantization: 'q4f32_1',
      vocabulary: TINY_VOCABULARY,
      contextTokens: 256,
      stopTokens: [TINY_VOCABULARY - 3, TINY_VOCABULARY - 1],
      stopTexts: ['<|im_end|>'],
      model: { hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, head_dim: 16, rope_theta: 1e6 },
    });
  });

  it('asks for what a library leaves open', async () => {
    await writeFile(at('open.wasm'), tinyLibrary(tinyMetadata(tinyParameters('vocab_size'))));
    const request = { ...options, library: at('open.wasm'), out: at('open') };
    await expect(makeRandomModel(request, say)).rejects.toMatchObject({ code: 'invalid-option' });
    await makeRandomModel({ ...request, vocabulary: 400 }, say);
    const weights = readWeights(await read('open', 'tensor-cache.json'), 'w');
    const { metadata } = readLibrary(await readFile(at('open.wasm')), 'l');
    const named = checkFit({ file: 'l', content: metadata }, { file: 'w', content: weights });
    expect([...named]).toEqual([['vocab_size', 400]]);

    await writeFile(at('strange.wasm'), tinyLibrary({ ...tinyMetadata(), model_type: 'strange' }));
    await expect(
      makeRandomModel({ ...options, library: at('strange.wasm'), out: at('strange') }, say),
    ).rejects.toThrow('--rope-theta');
  });

  it('writes a Hugging Face folder of the same shape', async () => {
    await makeRandomModel({ ...options, huggingFace: true, library: at('x.wasm'), out: at('hf') }, say);
    const bytes = await readFile(at('hf', 'model.safetensors'));
    const length = Number(bytes.readBigUInt64LE());
    const entry = v.object({
      dtype: v.string(),
      shape: v.array(v.number()),
      data_offsets: v.tuple([v.number(), v.number()]),
    });
    const { __metadata__: _format, ...tensors } = v.parse(
      v.objectWithRest({ __metadata__: v.unknown() }, entry),
      JSON.parse(bytes.toString('latin1', 8, 8 + length)),
    );
    expect(Object.keys(tensors)).toHaveLength(2 + 2 * 12);
    expect(tensors['model.layers.1.self_attn.k_proj.weight']).toMatchObject({
      dtype: 'BF16',
      shape: [16, 32],
    });
    expect(tensors['model.layers.1.self_attn.q_proj.bias']).toMatchObject({ shape: [32] });
    const ends = Object.values(tensors).map(({ data_offsets }) => data_offsets[1]);
    expect((await stat(at('hf', 'model.safetensors'))).size).toBe(8 + length + Math.max(...ends));
    expect(JSON.parse(await read('hf', 'config.json'))).toMatchObject({
      architectures: ['Qwen2ForCausalLM'],
      num_key_value_heads: 1,
      vocab_size: TINY_VOCABULARY,
    });
  });
});

describe('what makeRandomModel writes', () => {
  async function dropped(...folders: readonly string[]) {
    const files = [];
    for (const of of folders)
      for (const name of await readdir(at(of), { recursive: true }))
        if ((await stat(at(of, name))).isFile())
          files.push({ path: `${of}/${name}`, file: await openAsBlob(at(of, name)) });
    return files;
  }

  it('is recognised when it is dropped: a base, its series of adapters, and a model with its library', async () => {
    const request = { ...options, huggingFace: true, adapters: 2, library: at('x.wasm'), out: at('base') };
    await makeRandomModel(request, say);
    const files = await dropped('base', 'base-adapters', 'model');
    const library = { path: 'x.wasm', file: await openAsBlob(at('x.wasm')) };
    const { found } = await survey([...files, library], []);
    const told = found.map(({ kind, step, missing }) => ({ kind, step, missing }));
    expect(told).toHaveLength(4);
    expect(told).toContainEqual({ kind: 'hugging-face', step: undefined, missing: [] });
    expect(told).toContainEqual({ kind: 'mlc', step: undefined, missing: [] });
    expect(told).toContainEqual({ kind: 'peft', step: 10, missing: [] });
    expect(told).toContainEqual({ kind: 'peft', step: 20, missing: [] });
  });
});

describe('makeTokenizer', () => {
  function tokenizer(vocabulary: number) {
    const made = makeTokenizer('qwen2', vocabulary);
    const json = v.parse(v.record(v.string(), v.unknown()), JSON.parse(made.json));
    const config = v.parse(v.record(v.string(), v.unknown()), JSON.parse(made.config));
    return { made, tokens: new Tokenizer(json, config) };
  }

  it.each([TINY_VOCABULARY, 151_936])(
    'takes any text apart and puts it together again (%i logits)',
    (vocabulary) => {
      const { tokens } = tokenizer(vocabulary);
      for (const text of ['the rain in Spain', '  A\tB\n\nc 1048 %', 'größer 薬 🙂']) {
        const { ids } = tokens.encode(text, { add_special_tokens: false });
        expect(tokens.decode(ids, { skip_special_tokens: false })).toBe(text);
      }
    },
  );

  it("has Qwen's special tokens where a library of that vocabulary expects them, and digits one by one", () => {
    const { made, tokens } = tokenizer(151_936);
    const ids = (text: string) => tokens.encode(text, { add_special_tokens: false }).ids;
    expect(ids('<|im_start|>x<|im_end|><|endoftext|>')).toEqual([151_644, ids('x')[0], 151_645, 151_643]);
    expect(ids('100')).toEqual(['1', '0', '0'].flatMap(ids));
    expect(ids(' the').length).toBeLessThan(3);
    const text = new Template(made.template).render({
      messages: [{ role: 'user', content: 'Hi' }],
      add_generation_prompt: true,
    });
    expect(text).toBe('<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n');
  });

  it('refuses a vocabulary without room for the bytes', () => {
    expect(() => makeTokenizer('qwen2', 258)).toThrow('at least 259');
  });
});
