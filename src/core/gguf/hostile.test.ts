import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floats, makeGguf, splitGguf, type Meta } from '../../../test/fixtures/gguf-file.ts';
import { AppError } from '../errors.ts';
import { readGgufAdapter, readGgufType } from './adapter.ts';
import { readGgufHeader } from './header.ts';
import { readGguf } from './info.ts';
import { readGgufParts } from './join.ts';
import { readGgufSplit } from './split.ts';

const tensor = (name: string, ...shape: readonly number[]) =>
  floats(name, shape, new Float32Array(shape.reduce((product, length) => product * length, 1)));
const METADATA: Readonly<Record<string, Meta>> = {
  'general.architecture': { text: 'llama' },
  'llama.context_length': { u32: 64 },
  'llama.block_count': { u32: 1 },
  'llama.embedding_length': { u32: 8 },
  'llama.attention.head_count': { u32: 2 },
  'tokenizer.ggml.model': { text: 'gpt2' },
  'tokenizer.ggml.tokens': { texts: ['a', 'b'] },
  'tokenizer.ggml.token_type': { i32s: [1, 1] },
  'tokenizer.ggml.eos_token_id': { u32: 1 },
};
const model = makeGguf(METADATA, [tensor('token_embd.weight', 8, 2), tensor('output_norm.weight', 8)]);
const adapter = makeGguf(
  {
    'general.type': { text: 'adapter' },
    'general.architecture': { text: 'llama' },
    'adapter.type': { text: 'lora' },
    'adapter.lora.alpha': { f32: 16 },
  },
  [tensor('output.weight.lora_a', 8, 2), tensor('output.weight.lora_b', 2, 4)],
);
const parts = await splitGguf(model, 2);

/** Reads a file in every way that a drop is read; anything but an answer or an AppError is a fault. */
async function readAll(file: Blob, others: readonly Blob[] = []): Promise<void> {
  const readers = [
    readGgufType,
    readGguf,
    readGgufAdapter,
    readGgufSplit,
    (one: Blob) => readGgufParts([one, ...others]),
  ];
  for (const read of readers) {
    try {
      await read(file);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

describe('any bytes', () => {
  it.each([
    ['a model', model, []],
    ['an adapter', adapter, []],
    ['the first of two parts', parts[0] ?? model, parts.slice(1)],
    ['the second of two parts', parts[1] ?? model, parts.slice(0, 1)],
  ])('parse or are refused: %s with some changed', async (_what, file, others) => {
    const good = await bytesOf(file);
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        async (changes, cut) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          await readAll(new Blob([cut % 3 === 0 ? bytes.subarray(0, cut) : bytes]), others);
        },
      ),
      { numRuns: 250, seed: 11 },
    );
  });

  it('parse or are refused: any metadata', async () => {
    const value: fc.Arbitrary<Meta> = fc.oneof(
      fc.record({ u32: fc.nat() }),
      fc.record({ i32: fc.integer() }),
      fc.record({ f32: fc.float() }),
      fc.record({ flag: fc.boolean() }),
      fc.record({ text: fc.oneof(fc.string(), fc.constantFrom('adapter', 'lora', 'llama')) }),
      fc.record({ texts: fc.array(fc.string(), { maxLength: 3 }) }),
      fc.record({ i32s: fc.array(fc.integer(), { maxLength: 3 }) }),
    );
    const keys = [
      ...Object.keys(METADATA),
      'general.type',
      'adapter.type',
      'split.count',
      'split.no',
      '__proto__',
    ];
    const name = fc.constantFrom('a', 'a.lora_a', 'a.lora_b', '__proto__');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...keys), value),
        fc.array(fc.tuple(name, fc.array(fc.nat(4), { maxLength: 5 })), { maxLength: 3 }),
        async (changes, shapes) => {
          const tensors = shapes.map(([called, shape]) => tensor(called, ...shape));
          await readAll(makeGguf({ ...METADATA, ...changes }, tensors));
        },
      ),
      { numRuns: 300, seed: 12 },
    );
  });
});

describe('what would take a reader apart', () => {
  const HEAD = [0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0];

  /** A header that promises so many tensors and keys, and then `rest`. */
  function promising(tensors: number, keys: number, rest: Uint8Array<ArrayBuffer>): Blob {
    const counts = new BigUint64Array([BigInt(tensors), BigInt(keys)]);
    return new Blob([Uint8Array.from(HEAD), counts, rest]);
  }

  it('is a list that holds more than any vocabulary does, in one array or in several', async () => {
    const bytes = new Uint8Array(5_000_000);
    const list = (key: string): BlobPart[] => [
      new BigUint64Array([BigInt(key.length)]),
      key,
      new Uint32Array([9, 0]),
      new BigUint64Array([BigInt(bytes.length)]),
      bytes,
    ];
    const rest = new Blob([...list('a'), ...list('b')]);
    const file = promising(0, 2, await bytesOf(rest));
    await expect(readGgufHeader(file)).rejects.toThrow('length of "b" expected at most 3000000, got 5000000');
  });

  it.each([
    ['a key', makeTwice('general.name'), 'expected each metadata key once, got "general.name" twice'],
    [
      'a tensor',
      Promise.resolve(makeGguf(METADATA, [tensor('a', 1), tensor('a', 1)])),
      'expected each tensor once, got "a" twice',
    ],
  ])('is %s twice, of which each reader may take another', async (_what, file, message) => {
    await expect(readGguf(await file)).rejects.toThrow(message);
  });

  it('is refused within a second and without a list of what was promised', async () => {
    const before = performance.now();
    for (const [tensors, keys] of [
      [2 ** 40, 0],
      [65_536, 0],
      [0, 2 ** 40],
      [0, 100_000],
    ] as const)
      await expect(readGgufHeader(promising(tensors, keys, new Uint8Array(64)))).rejects.toBeInstanceOf(
        AppError,
      );
    expect(performance.now() - before).toBeLessThan(1000);
  });

  async function makeTwice(key: string): Promise<Blob> {
    const { places } = await readGgufHeader(makeGguf({ [key]: { text: 'x' } }, []));
    const place = places.get(key);
    const entry = makeGguf({ [key]: { text: 'x' } }, []).slice(place?.start, place?.end);
    return makeGguf(METADATA, [tensor('a', 1)], [entry, entry]);
  }
});
