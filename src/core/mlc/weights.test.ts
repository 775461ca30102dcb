import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { checkFit } from './fit.ts';
import type { LibraryMetadata } from './metadata.ts';
import { checkShards, isInside, readWeights, type Weights } from './weights.ts';

const RECORD = {
  name: 'a.q_weight',
  shape: [4, 8],
  dtype: 'uint32',
  format: 'raw',
  nbytes: 128,
  byteOffset: 0,
};
const HALF = { name: 'b', shape: [10], dtype: 'float32', format: 'f32-to-bf16', nbytes: 20, byteOffset: 128 };
const SHARD = {
  dataPath: 'params_shard_0.bin',
  format: 'raw-shard',
  nbytes: 148,
  md5sum: 'ABCDEF0123456789abcdef0123456789',
  records: [RECORD, HALF],
};

function index(...shards: readonly object[]): string {
  return JSON.stringify({ metadata: { ParamSize: 2 }, records: shards });
}

function refusal(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('expected a refusal');
}

describe('readWeights', () => {
  it('reads shards with their tensors, halved ones too', () => {
    const { shards } = readWeights(index(SHARD), 'tensor-cache.json');
    expect(shards).toEqual([
      {
        path: 'params_shard_0.bin',
        nbytes: 148,
        md5: 'abcdef0123456789abcdef0123456789',
        records: [RECORD, HALF],
      },
    ]);
  });

  it.each([
    ['cut JSON', index(SHARD).slice(0, -4), 'expected JSON'],
    ['no shards', index(), 'records'],
    ['another format', index({ ...SHARD, format: 'zip' }), 'records.0.format'],
    [
      'a path upwards',
      index({ ...SHARD, dataPath: '../../etc/passwd' }),
      'in the model\'s folder, got "../../etc/passwd"',
    ],
    ['an absolute path', index({ ...SHARD, dataPath: '/etc/passwd' }), "in the model's folder"],
    ['a drive', index({ ...SHARD, dataPath: 'C:\\x.bin' }), "in the model's folder"],
    ['an address', index({ ...SHARD, dataPath: 'https://example.org/x.bin' }), "in the model's folder"],
    [
      'a shard twice',
      index(SHARD, { ...SHARD, records: [] }),
      'expected each shard once, got params_shard_0.bin',
    ],
    [
      'a tensor twice',
      index(SHARD, { ...SHARD, dataPath: 'b' }),
      'expected each tensor once, got a.q_weight',
    ],
    [
      'a wrong size',
      index({ ...SHARD, records: [{ ...RECORD, nbytes: 127 }] }),
      'expected 128 bytes for uint32 [4, 8] stored as raw, got 127',
    ],
    [
      'a tensor beyond the end',
      index({ ...SHARD, records: [{ ...RECORD, byteOffset: 32 }] }),
      'a.q_weight ends at byte 160, but the file has 148 bytes',
    ],
    [
      'a tensor over another',
      index({ ...SHARD, records: [RECORD, { ...HALF, byteOffset: 126 }] }),
      'b at byte 126 lies over a.q_weight',
    ],
    [
      'halves of integers',
      index({ ...SHARD, records: [{ ...RECORD, format: 'f32-to-bf16' }] }),
      'got uint32',
    ],
    [
      'a huge shape',
      index({ ...SHARD, records: [{ ...RECORD, shape: [2 ** 50, 2 ** 50] }] }),
      'expected 5.0',
    ],
    ['a negative length', index({ ...SHARD, records: [{ ...RECORD, shape: [-4, -8] }] }), 'shape.0'],
  ])('refuses %s', (_what, text, part) => {
    const { code, message } = refusal(() => readWeights(text, 'w.json'));
    expect(code).toBe('invalid-file');
    expect(message).toContain('w.json');
    expect(message).toContain(part);
  });

  it('names nothing but its own errors, whatever the JSON', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e308, 'raw', '..', null));
    const change = fc.record({ key: fc.constantFrom(...Object.keys(RECORD)), value });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), fc.jsonValue(), (changes, other) => {
        const record = { ...RECORD, ...Object.fromEntries(changes.map(({ key, value }) => [key, value])) };
        for (const text of [index({ ...SHARD, records: [record] }), JSON.stringify(other)]) {
          try {
            const { shards } = readWeights(text, 'w.json');
            for (const { byteOffset, nbytes } of shards.flatMap(({ records }) => records))
              expect(byteOffset + nbytes).toBeLessThanOrEqual(SHARD.nbytes);
          } catch (thrown) {
            if (!(thrown instanceof AppError)) throw thrown;
          }
        }
      }),
      { numRuns: 200, seed: 34 },
    );
  });
});

describe('isInside', () => {
  it.each(['a', 'a/b.bin', 'ä b', '..a/b..'])('accepts %j', (path) => {
    expect(isInside(path)).toBe(true);
  });
  it.each(['', '.', '..', 'a/..', 'a/../b', './a', '/a', 'a//b', 'a/', 'a\\b', 'c:a', 'a\u0000', 'a\nb'])(
    'refuses %j',
    (path) => {
      expect(isInside(path)).toBe(false);
    },
  );
});

describe('checkShards', () => {
  const weights = readWeights(index(SHARD, { ...SHARD, dataPath: 'b', records: [] }), 'w.json');

  it('accepts files of the size that the index gives', () => {
    expect(() => {
      checkShards(weights, () => 148, 'w.json');
    }).not.toThrow();
  });
  it('names a missing file, and one cut short', () => {
    const sizes = new Map([['params_shard_0.bin', 100]]);
    const missing = refusal(() => {
      checkShards(weights, (path) => sizes.get(path), 'w.json');
    });
    expect(missing).toEqual({
      code: 'not-found',
      message: 'w.json: expected 2 files of weights, but b are missing',
    });
    sizes.set('b', 148);
    const cut = refusal(() => {
      checkShards(weights, (path) => sizes.get(path), 'w.json');
    });
    expect(cut.message).toBe('params_shard_0.bin: expected 148 bytes as w.json says, got 100');
  });
});

describe('checkFit', () => {
  const params: LibraryMetadata['params'] = [
    { name: 'embed', shape: ['vocab_size', 8], dtype: 'float32' },
    { name: 'head', shape: ['vocab_size', 8], dtype: 'float32' },
    { name: 'norm', shape: [8], dtype: 'float32' },
  ];
  const library: LibraryMetadata = {
    modelType: 'qwen2',
    quantization: 'q0f32',
    prefillChunkSize: 64,
    maxBatchSize: 4,
    memoryUsage: {},
    params,
  };

  function weights(
    shapes: Readonly<Record<string, readonly number[]>>,
    dtype: 'float32' | 'float16',
  ): Weights {
    const records = Object.entries(shapes).map(([name, shape]) => ({
      ...{ name, shape, dtype, nbytes: 0, byteOffset: 0 },
      format: 'raw' as const,
    }));
    return { shards: [{ path: 'x', nbytes: 0, records }] };
  }
  const GOOD = { embed: [20, 8], head: [20, 8], norm: [8] };
  const check = (content: Weights) =>
    checkFit({ file: 'l.wasm', content: library }, { file: 'w.json', content });

  it('gives the lengths that the weights decide', () => {
    expect([...check(weights(GOOD, 'float32'))]).toEqual([['vocab_size', 20]]);
  });

  it.each([
    ['a missing tensor', { embed: [20, 8], norm: [8] }, 'head is in l.wasm, but not in w.json'],
    ['one too many', { ...GOOD, more: [1] }, 'more is in w.json, but not in l.wasm'],
    ['another shape', { ...GOOD, norm: [9] }, 'norm is float32 [8] in l.wasm, but float32 [9] in w.json'],
    ['another rank', { ...GOOD, norm: [8, 1] }, 'float32 [8, 1] in w.json'],
    [
      'two lengths under one name',
      { ...GOOD, head: [21, 8] },
      'head is float32 [vocab_size, 8] in l.wasm, but float32 [21, 8] in w.json',
    ],
  ])('refuses %s and names both sides', (_what, shapes, part) => {
    const { code, message } = refusal(() => check(weights(shapes, 'float32')));
    expect(code).toBe('model-unsupported');
    expect(message).toContain(part);
    expect(message).toContain('1 of 3 parameters differ');
  });

  it('refuses other types, tells the first three and counts the rest', () => {
    const { message } = refusal(() => check(weights({ ...GOOD, more: [1] }, 'float16')));
    expect(message).toContain('l.wasm (qwen2, q0f32) does not fit the weights of w.json: 4 of 3');
    expect(message).toContain('float16 [20, 8]');
    expect(message).toMatch(/; and 1 more$/);
  });
});
