import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { openSafetensors, type NamedFile } from './open.ts';
import { rawSafetensors, writeSafetensors } from './testing.ts';

const named = (name: string, bytes: Uint8Array<ArrayBuffer>): NamedFile => ({
  name,
  file: new Blob([bytes]),
});
const small = writeSafetensors({
  'a.weight': { shape: [2, 2], numbers: new Float32Array([1, -2, 0.5, 3]) },
  'b.weight': { shape: [3], numbers: new Float32Array([1, 2, -0.25]), type: 'BF16' },
  'c.weight': { shape: [1, 2], numbers: new Float32Array([0.1, 7]), type: 'F16' },
});

async function failure(files: readonly NamedFile[], index?: unknown): Promise<string> {
  try {
    await openSafetensors(files, index);
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('expected a refusal');
}

/** A file with one header and as many bytes of numbers. */
const file = (header: unknown, bytes = 16): Uint8Array<ArrayBuffer> =>
  rawSafetensors(typeof header === 'string' ? header : JSON.stringify(header), new Uint8Array(bytes));
const f32 = (shape: unknown, begin: unknown, end: unknown): unknown => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

function withLength(length: bigint, littleEndian = true): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(small);
  new DataView(copy.buffer).setBigUint64(0, length, littleEndian);
  return copy;
}

describe('openSafetensors', () => {
  it('reads every float type', async () => {
    const tensors = await openSafetensors([named('m.safetensors', small)]);
    expect([...tensors.values()].map(({ name, shape, type }) => [name, shape, type])).toEqual([
      ['a.weight', [2, 2], 'F32'],
      ['b.weight', [3], 'BF16'],
      ['c.weight', [1, 2], 'F16'],
    ]);
    expect(await tensors.get('a.weight')?.read(1, 3)).toEqual(new Float32Array([-2, 0.5, 3]));
    expect(await tensors.get('b.weight')?.read(0, 3)).toEqual(new Float32Array([1, 2, -0.25]));
    expect(await tensors.get('c.weight')?.read(0, 2)).toEqual(new Float32Array([0.0999755859375, 7]));
  });

  it('leaves out integers that are no weights, and refuses 8-bit weights when they are read', async () => {
    const bytes = file({
      position_ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
      mask: { dtype: 'BOOL', shape: [2], data_offsets: [8, 10] },
      w: { dtype: 'F8_E4M3', shape: [3, 2], data_offsets: [10, 16] },
    });
    const tensors = await openSafetensors([named('m', bytes)]);
    expect([...tensors.keys()]).toEqual(['w']);
    await expect(tensors.get('w')?.read(0, 1)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: '"m", tensor "w": expected weights in F32, F16 or BF16, got F8_E4M3',
    });
  });

  it.each([
    ['no bytes', new Uint8Array(0), 'invalid-file: "m": expected a safetensors file, got an empty file'],
    ['a few bytes', new Uint8Array(9), 'invalid-file: "m": expected a safetensors file, got 9 bytes'],
    [
      'a zip',
      Uint8Array.from([0x50, 0x4b, 3, 4, ...small]),
      'expected a safetensors file, got a zip archive',
    ],
    [
      'a GGUF',
      Uint8Array.from([0x47, 0x47, 0x55, 0x46, ...small]),
      'expected a safetensors file, got a GGUF file',
    ],
    [
      'HDF5',
      Uint8Array.from([0x89, 0x48, 0x44, 0x46, ...small]),
      'expected a safetensors file, got an HDF5 file',
    ],
    [
      'an absurd length',
      withLength(2n ** 64n - 2n),
      'a header of at most 33554432 bytes, got 18446744073709551614',
    ],
    ['a length beyond the file', withLength(9999n), 'a header of 9999 bytes, got'],
    ['a big-endian length', withLength(200n, false), 'a little-endian header length, got a big-endian one'],
    [
      'an empty header',
      rawSafetensors('', new Uint8Array(9)),
      'a JSON header that begins with "{", got byte 0',
    ],
    ['other text', file('{"a": nothing}'), 'a header in JSON, got other text'],
    ['text in Latin-1', rawSafetensors(Uint8Array.from([0x7b, 0xe9, 0x7d]), new Uint8Array(8)), 'in UTF-8'],
    ['an array', file('[1, 2, 3]'), 'begins with "{"'],
    ['a prototype', file('{"__proto__": {"dtype": "F32"}}'), 'names of tensors, got "__proto__"'],
    ['a constructor', file({ constructor: f32([4], 0, 16) }), 'names of tensors, got "constructor"'],
    ['metadata that are no texts', file({ __metadata__: { format: 1 } }), 'texts in "__metadata__"'],
    ['no offsets', file({ a: { dtype: 'F32', shape: [4] } }), 'of tensor "a", got data_offsets:'],
    ['a shape with a fraction', file({ a: f32([1.5], 0, 16) }), 'of tensor "a", got shape.0:'],
    ['a negative offset', file({ a: f32([4], -16, 0) }), 'of tensor "a", got data_offsets.0:'],
    [
      'an unknown dtype',
      file({ a: { dtype: 'Q4', shape: [4], data_offsets: [0, 16] } }),
      'model-unsupported: "m", tensor "a": expected a dtype of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F8_E4M3, F8_E5M2, got "Q4"',
    ],
    [
      'shape and offsets apart',
      file({ a: f32([3], 0, 16) }),
      '12 bytes for tensor "a" (F32, [3]), got 16 bytes (offsets 0 to 16)',
    ],
    ['ends before it begins', file({ a: f32([4], 16, 0) }), 'got -16 bytes'],
    ['an impossible size', file({ a: f32([2 ** 40, 2 ** 40], 0, 16) }), 'tensor "a" of a possible size'],
    [
      'numbers beyond the file',
      file({ a: f32([8], 0, 32) }),
      "within the file's 16 bytes of numbers, got offsets 0 to 32",
    ],
    [
      'overlap',
      file({ a: f32([2], 0, 8), b: f32([3], 4, 16) }),
      'tensor "b" behind "a", which ends at 8, got offsets 4 to 16',
    ],
    ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 12, 16) }), 'a tensor at offset 4, got none before 12'],
    ['bytes that belong to nothing', file({ a: f32([2], 0, 8) }), '8 bytes of numbers, got 16 bytes'],
    [
      'misaligned',
      file({
        m: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
        a: f32([3], 2, 14),
        z: { dtype: 'U8', shape: [2], data_offsets: [14, 16] },
      }),
      'tensor "a" (F32) at a multiple of 4 bytes, got offset 2',
    ],
    [
      'a name given twice',
      file(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
      ),
      'a tensor at offset 0, got none before 8',
    ],
  ])('refuses %s', async (_what, bytes, message) => {
    const told = await failure([named('m', bytes)]);
    expect(told).toContain(message);
    expect(told).not.toContain('\n');
  });

  it.each(Array.from({ length: 12 }, (_, i) => Math.floor((i * small.length) / 12)))(
    'refuses a file cut short at %i bytes',
    async (size) => {
      expect(await failure([named('m', small.slice(0, size))])).toMatch(
        /^invalid-file: "m": expected .*, got /,
      );
    },
  );

  describe('in shards', () => {
    const one = (name: string): Uint8Array<ArrayBuffer> =>
      writeSafetensors({ [name]: { shape: [1], numbers: new Float32Array([name.length]) } });
    const files = [named('x-1.safetensors', one('aa')), named('x-2.safetensors', one('bbb'))];
    const index = { metadata: {}, weight_map: { aa: 'x-1.safetensors', bbb: 'x-2.safetensors' } };

    it('joins them, with and without an index', async () => {
      for (const given of [index, undefined]) {
        const tensors = await openSafetensors(files, given);
        expect([...tensors.keys()]).toEqual(['aa', 'bbb']);
        expect(await tensors.get('bbb')?.read(0, 1)).toEqual(new Float32Array([3]));
      }
    });

    it('opens only what the index names', async () => {
      const rubbish = named('consolidated.safetensors', new Uint8Array(3));
      expect((await openSafetensors([rubbish, ...files], index)).size).toBe(2);
    });

    const refusals: readonly (readonly [string, readonly NamedFile[], unknown, string])[] = [
      [
        'a tensor twice',
        [...files, named('x-3', one('aa'))],
        undefined,
        '"x-3": expected tensor "aa" once, got it in "x-1.safetensors" too',
      ],
      [
        'a missing shard',
        files.slice(0, 1),
        index,
        'not-found: safetensors index: expected file "x-2.safetensors", got "x-1.safetensors"',
      ],
      [
        'a missing tensor',
        files,
        { weight_map: { ...index.weight_map, c: 'x-1.safetensors' } },
        '"x-1.safetensors": expected tensor "c", as the index says, got none',
      ],
      [
        'a tensor elsewhere',
        files,
        { weight_map: { aa: 'x-2.safetensors', bbb: 'x-1.safetensors' } },
        'expected tensor "aa", as the index says, got it in "x-1.safetensors"',
      ],
      [
        'a tensor too many',
        files,
        { weight_map: { bbb: 'x-2.safetensors', aa2: 'x-1.safetensors' } },
        'expected tensor "aa2"',
      ],
      [
        'a tensor unknown to the index',
        [named('f', small)],
        { weight_map: { 'a.weight': 'f', 'b.weight': 'f' } },
        'expected tensors of the index only, got "c.weight"',
      ],
      ['no file', [], undefined, 'not-found: expected a safetensors file, got none'],
      ['an index without a map', files, { metadata: {} }, 'expected an object "weight_map", got none'],
      ['an index that is a text', files, 'index', 'expected an object "weight_map", got none'],
      ['an empty index', files, { weight_map: {} }, 'expected tensors in "weight_map", got none'],
      [
        'a number for a file',
        files,
        { weight_map: { aa: 1 } },
        'expected a file name for tensor "aa", got number',
      ],
      [
        'a prototype in the index',
        files,
        JSON.parse('{"weight_map": {"__proto__": "x-1.safetensors"}}'),
        'got "__proto__"',
      ],
      ...['../x', 'a/../x', '/etc/x', 'C:\\x', 'c:/x', '..\\x', './x', 'a//x', ''].map(
        (path) =>
          [
            `the path ${path}`,
            files,
            { weight_map: { aa: path } },
            `expected a file within the folder for tensor "aa", got "${path}"`,
          ] as const,
      ),
    ];
    it.each(refusals)('refuses %s', async (_what, given, map, message) => {
      expect(await failure(given, map)).toContain(message);
    });
  });
});

describe('any bytes', () => {
  const opens = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    try {
      const tensors = await openSafetensors([named('m', bytes)]);
      for (const tensor of tensors.values()) expect(tensor.shape.length).toBeLessThanOrEqual(8);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
    }
  };

  it('parse or are refused: bytes of a good file changed', async () => {
    const change = fc.tuple(fc.nat(small.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = new Uint8Array(small);
        for (const [at, value] of changes) bytes[at] = value;
        await opens(bytes);
      }),
      { numRuns: 1500, seed: 3 },
    );
  });

  it('parse or are refused: cut, doubled and joined', async () => {
    const part = fc.tuple(fc.nat(small.length), fc.nat(small.length));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        await opens(Uint8Array.from(parts.flatMap(([from, to]) => [...small.subarray(from, to)])));
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('parse or are refused: any JSON as header', async () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', '__metadata__', 'constructor', 'a'));
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'BF16', 'I64', 'BOOL'), fc.string()),
        shape: fc.oneof(fc.array(fc.oneof(fc.nat(4), fc.maxSafeInteger(), fc.double())), fc.jsonValue()),
        data_offsets: fc.oneof(fc.array(fc.nat(20), { minLength: 2, maxLength: 2 }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.oneof(fc.dictionary(key, fc.oneof(entry, fc.jsonValue())), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(header, fc.nat(40), async (json, bytes) => {
        await opens(file(JSON.stringify(json), bytes));
      }),
      { numRuns: 1500, seed: 5 },
    );
  });
});
