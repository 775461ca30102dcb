import { describe, expect, it } from 'vitest';
import type { ModelSource } from '../../src/core/engine.ts';
import { AppError } from '../../src/core/errors.ts';
import { readGgufHeader } from '../../src/core/gguf/header.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { ask, codeOf, OPTIONS } from '../contract/engine-contract.ts';
import { randomAdapter } from '../fixtures/adapter.ts';
import { floats, makeGguf, splitGguf } from '../fixtures/gguf-file.ts';
import { bundledFile, fileOf, sourceOf, sourceOfFiles } from './engine-models.ts';

const base = await bundledFile('toy-base.gguf');

/** The toy model with a text in its header, or bytes of its weights, replaced by others of the same length. */
async function altered(
  change: (bytes: Uint8Array, find: (text: string) => number) => unknown,
): Promise<Blob> {
  const bytes = new Uint8Array(await base.arrayBuffer());
  const latin = new TextDecoder('latin1').decode(bytes);
  change(bytes, (text) => {
    const at = latin.indexOf(text);
    if (at < 0) throw new Error(`"${text}" is not in the model`);
    return at;
  });
  return new Blob([bytes]);
}

/** The toy model with the weights of one tensor, which has 32-bit floats, replaced. */
async function withWeights(name: string, value: number): Promise<Blob> {
  const { tensors, dataOffset } = await readGgufHeader(base);
  const { offset, shape } = tensors.find((tensor) => tensor.name === name)!;
  return altered((bytes) => {
    const view = new DataView(bytes.buffer, dataOffset + offset);
    for (let at = 0; at < shape[0]!; at++) view.setFloat32(4 * at, value, true);
  });
}

/** The toy model with a 32-bit number of its metadata replaced. */
async function withNumber(key: string, value: number): Promise<Blob> {
  const { end } = (await readGgufHeader(base)).places.get(key)!;
  return altered((bytes) => {
    new DataView(bytes.buffer).setUint32(end - 4, value, true);
  });
}

describe('bad input to llama.cpp', () => {
  const engine = createLlamaCpp();
  const refusal = async (source: ModelSource | Promise<ModelSource>): Promise<string> => {
    const error: unknown = await engine.load(await source, OPTIONS).catch((thrown: unknown) => thrown);
    return error instanceof AppError ? `${error.code}: ${error.message}` : 'no refusal';
  };

  it.each<[string, string | RegExp, () => Blob | Promise<Blob>]>([
    ['what is no model', 'invalid-file: expected a GGUF file', () => new Blob(['no model'.repeat(100)])],
    ['an empty file', 'invalid-file: GGUF file: expected at least 4 bytes, got 0', () => new Blob([])],
    [
      'a zip archive',
      /^invalid-file: expected a GGUF file .+, got 0x04034b50/,
      () => new Blob(['PK\x03\x04', new Uint8Array(100)]),
    ],
    ['a file cut short', /^invalid-file: .+cut short/, () => base.slice(0, base.size - 5000)],
    ['a header cut short', /^invalid-file: .+cut short/, () => base.slice(0, 5000)],
    [
      'big-endian numbers',
      /^model-unsupported: .+big-endian/,
      () =>
        altered((bytes) => {
          bytes.set([0, 0, 0, 3], 4);
        }),
    ],
    [
      'an architecture that is none',
      'model-unsupported: GGUF metadata: expected "qlama.',
      () =>
        altered((bytes, find) => {
          bytes.set([0x71], find('llama'));
        }),
    ],
    [
      'a model whose cache has no room',
      /^model-unsupported: expected the model and its context to fit into \d+ bytes/,
      () => withNumber('llama.block_count', 1e6),
    ],
    [
      'a model that llama.cpp loads without rejecting and without success',
      /^model-load: .+output_norm/,
      () =>
        altered((bytes, find) => {
          bytes.set([0x71], find('output_norm.weight'));
        }),
    ],
    [
      'damaged weights',
      /^engine-crashed: expected a finite log-probability/,
      () =>
        altered((bytes) => {
          bytes.fill(0xff, bytes.length - 400_000);
        }),
    ],
    [
      'weights that are no numbers',
      /^engine-crashed: expected a finite log-probability/,
      () => withWeights('output_norm.weight', NaN),
    ],
    [
      'infinite weights',
      /^engine-crashed: expected a finite log-probability/,
      () => withWeights('output_norm.weight', Infinity),
    ],
    [
      'an adapter as a model',
      /^model-unsupported: .+expected a model, got type "adapter"/,
      async () => (await randomAdapter(base, { seed: 1 })).file,
    ],
    [
      'one part of a split model',
      'model-unsupported: GGUF file: expected one whole file, got one of 2 parts',
      async () => (await splitGguf(base, 2))[0]!,
    ],
  ])('refuses %s', async (_what, expected, file) => {
    expect(await refusal(sourceOf(await file()))).toMatch(expected);
  });

  it('refuses a file whose checksum is another', async () => {
    expect(await refusal(sourceOf(base, '0'.repeat(64)))).toMatch(/^model-checksum/);
    const parts = await splitGguf(base, 2);
    const files = await Promise.all(
      parts.map((part, at) => fileOf(part, `${at}.gguf`, at === 1 ? '0'.repeat(64) : undefined)),
    );
    expect(await refusal(sourceOfFiles(files))).toMatch(/^model-checksum: 1\.gguf/);
  });

  it('refuses a split model without one of its parts, or with one of another', async () => {
    const [parts, others] = await Promise.all([splitGguf(base, 3), splitGguf(base, 4)]);
    const source = (...blobs: readonly Blob[]): Promise<ModelSource> =>
      Promise.all(blobs.map((part, at) => fileOf(part, `${at}.gguf`))).then((files) => sourceOfFiles(files));
    expect(await refusal(source(parts[0]!, parts[2]!))).toMatch(
      /^invalid-file: expected all 3 parts of the model, part 2 is missing/,
    );
    expect(await refusal(source(parts[0]!, others[1]!, parts[2]!))).toMatch(
      /^invalid-file: expected 3 parts of one model with 38 tensors, got one of 4/,
    );
  });

  it.each<[string, string, () => Promise<Blob>]>([
    [
      'for another architecture',
      'expects architecture "qwen2", the base has "llama"',
      async () =>
        (await randomAdapter(base, { seed: 1, metadata: { 'general.architecture': { text: 'qwen2' } } }))
          .file,
    ],
    [
      'for a wider base',
      '"blk.0.attn_q.weight": it expects 256 x 256, the base has 128 x 128',
      () => Promise.resolve(wideAdapter()),
    ],
    ['that is a model', 'expected type "adapter", got "model"', () => Promise.resolve(base)],
    [
      'that is cut short',
      'cut short',
      async () => (await randomAdapter(base, { seed: 1 })).file.slice(0, 9000),
    ],
    [
      'of weights that are no numbers',
      'expected a finite log-probability',
      async () => (await randomAdapter(base, { seed: 1, scale: NaN })).file,
    ],
  ])('refuses an adapter %s', async (_what, expected, file) => {
    const [model] = (await sourceOf(base)).files;
    expect(await refusal(sourceOfFiles([model!], await fileOf(await file(), 'adapter.gguf')))).toContain(
      expected,
    );
  });

  it('gives up after its time limit', async () => {
    const hasty = createLlamaCpp({ loadTimeoutMs: () => 1 });
    expect(await codeOf(hasty.load(await sourceOf(base), OPTIONS))).toBe('engine-timeout');
  });

  it('works on after all that', async () => {
    const model = await engine.load(await sourceOf(base), OPTIONS);
    expect(await model.sample(ask())).toHaveLength(1);
    await model.unload();
  });
});

function wideAdapter(): Blob {
  const name = 'blk.0.attn_q.weight';
  const factor = (half: string, ...shape: readonly [number, number]) =>
    floats(`${name}.lora_${half}`, shape, new Float32Array(shape[0] * shape[1]));
  return makeGguf(
    {
      'general.type': { text: 'adapter' },
      'general.architecture': { text: 'llama' },
      'adapter.type': { text: 'lora' },
      'adapter.lora.alpha': { f32: 8 },
    },
    [factor('a', 256, 4), factor('b', 4, 256)],
  );
}
