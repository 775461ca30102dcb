import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { randomAdapter } from '../../../test/fixtures/adapter.ts';
import { floats, makeGguf, type MadeTensor, type Meta } from '../../../test/fixtures/gguf-file.ts';
import { checkFits, readGgufAdapter, readGgufType } from './adapter.ts';
import { readGguf } from './info.ts';

const base = await openAsBlob(
  fileURLToPath(new URL('../../../static/models/toy-base.gguf', import.meta.url)),
);
const info = await readGguf(base);
const made = await randomAdapter(base, { seed: 1 });

function tensor(name: string, ...shape: readonly number[]): MadeTensor {
  return floats(name, shape, new Float32Array(shape.reduce((product, length) => product * length, 1)));
}

function adapter(tensors: readonly MadeTensor[], metadata: Readonly<Record<string, Meta>> = {}): Blob {
  return makeGguf(
    {
      'general.type': { text: 'adapter' },
      'general.architecture': { text: 'llama' },
      'adapter.type': { text: 'lora' },
      'adapter.lora.alpha': { f32: 16 },
      ...metadata,
    },
    tensors,
  );
}

const Q = 'blk.0.attn_q.weight';

describe('readGgufAdapter', () => {
  it('reads what an adapter changes', async () => {
    expect(await readGgufType(made.file)).toBe('adapter');
    expect(await readGgufType(base)).toBe('model');
    const read = await readGgufAdapter(made.file);
    expect(read).toMatchObject({
      architecture: 'llama',
      alpha: 8,
      rank: 4,
      targets: ['attn_q', 'attn_v', 'ffn_down'],
      parameters: made.factors.reduce((sum, { a, b }) => sum + a.length + b.length, 0),
    });
    expect(read.tensors[0]).toEqual({ name: Q, a: [128, 4], b: [4, 128] });
    expect(() => {
      checkFits(read, info);
    }).not.toThrow();
  });

  it.each([
    ['a model', base, 'expected type "adapter", got "model"'],
    [
      'a control vector',
      adapter([tensor(Q)], { 'adapter.type': { text: 'control' } }),
      'expected kind "lora"',
    ],
    [
      'one that is called by a text',
      adapter([tensor(Q)], { 'adapter.alora.invocation_tokens': { i32s: [1] } }),
      'expected one that always acts',
    ],
    [
      'what is no low-rank factor',
      adapter([tensor('blk.0.attn_norm.weight', 128)]),
      'got "blk.0.attn_norm.weight"',
    ],
    ['no factors', adapter([]), 'expected low-rank factors, got none'],
    ['half a pair', adapter([tensor(`${Q}.lora_a`, 128, 4)]), 'expected two factors, got one'],
    [
      'factors of two ranks',
      adapter([tensor(`${Q}.lora_a`, 128, 4), tensor(`${Q}.lora_b`, 8, 128)]),
      'expected factors of one rank, got 128 x 4 and 8 x 128',
    ],
  ])('refuses %s', async (_what, file, message) => {
    const reading = readGgufAdapter(file);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  it('refuses one that is cut short', async () => {
    const cut = made.file.slice(0, made.file.size - 100);
    await expect(readGgufAdapter(cut)).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('checkFits', () => {
  it.each([
    [
      'architecture',
      [tensor(Q, 1)],
      { 'general.architecture': { text: 'qwen2' } },
      'expects architecture "qwen2", the base has "llama"',
    ],
    [
      'a weight more',
      [tensor('blk.9.attn_q.weight', 1)],
      {},
      'expects a weight "blk.9.attn_q.weight", the base has none',
    ],
  ])('names what differs: %s', async (_what, [{ name } = { name: '' }], metadata, message) => {
    const file = adapter([tensor(`${name}.lora_a`, 128, 4), tensor(`${name}.lora_b`, 4, 128)], metadata);
    const read = await readGgufAdapter(file);
    expect(() => {
      checkFits(read, info);
    }).toThrow(message);
  });

  it('names the weight and both shapes', async () => {
    const read = await readGgufAdapter(
      adapter([tensor(`${Q}.lora_a`, 96, 4), tensor(`${Q}.lora_b`, 4, 256)]),
    );
    expect(() => {
      checkFits(read, info);
    }).toThrow(
      'the adapter is for another base: "blk.0.attn_q.weight": it expects 96 x 256, the base has 128 x 128',
    );
  });

  it("has the token embedding's factors the other way round, as llama.cpp does", async () => {
    const name = 'token_embd.weight';
    const read = await readGgufAdapter(
      adapter([tensor(`${name}.lora_a`, 4, 1536), tensor(`${name}.lora_b`, 4, 128)]),
    );
    expect(() => {
      checkFits(read, info);
    }).not.toThrow();
    expect(info.shapes.get(name)).toEqual([128, 1536]);
  });
});
