import { describe, expect, it } from 'vitest';
import { wholeFile } from '../convert/testing.ts';
import { decode } from '../quantise/dequantise.ts';
import { memoryTensor, sha256Of, uniform } from '../tensors/testing.ts';
import { readGgufHeader } from './header.ts';
import { bool, float32, float32s, int32s, string, strings, uint32, type GgufTyped } from './values.ts';
import { ggufFile } from './write.ts';

const metadata = new Map<string, GgufTyped>([
  ['general.architecture', string('llama')],
  ['llama.block_count', uint32(2)],
  ['llama.eps', float32(1e-5)],
  ['tokenizer.add', bool(true)],
  ['tokens', strings(['a', 'Ġü', ''])],
  ['types', int32s([1, -3, 6])],
  ['scores', float32s([-1.5, 0])],
  ['u8', { type: 'uint8', value: 255 }],
  ['u16', { type: 'uint16', value: 0x1234 }],
  ['u64', { type: 'uint64', value: 2 ** 40 }],
  ['i32', { type: 'int32', value: -7 }],
]);
const norm = uniform(5, 2);
const tensors = [
  { name: 'token_embd.weight', tensor: memoryTensor('e', [3, 64], uniform(192, 1)), type: 'Q8_0' },
  { name: 'norm.weight', tensor: memoryTensor('n', [5], norm), type: 'F32' },
  { name: 'odd.weight', tensor: memoryTensor('o', [2, 40], uniform(80, 3)), type: 'Q4_0' },
] as const;

describe('ggufFile', () => {
  it('is byte for byte what an independent writer in Python makes', async () => {
    const bytes = await wholeFile(ggufFile('x.gguf', metadata, tensors));
    expect(bytes.length).toBe(960);
    expect(sha256Of(bytes)).toBe('301c317a213436e25647bfe6715d8bec2aee6aa314e2cc388f4dde00d1d6530c');
  });

  it('is read back as it was written', async () => {
    const bytes = await wholeFile(ggufFile('x.gguf', metadata, tensors));
    const header = await readGgufHeader(new Blob([bytes]));
    expect(header.version).toBe(3);
    expect([...header.metadata]).toEqual([
      ['general.architecture', 'llama'],
      ['llama.block_count', 2],
      ['llama.eps', Math.fround(1e-5)],
      ['tokenizer.add', true],
      ['tokens', ['a', 'Ġü', '']],
      ['types', [1, -3, 6]],
      ['scores', [-1.5, 0]],
      ['u8', 255],
      ['u16', 0x1234],
      ['u64', 2 ** 40],
      ['i32', -7],
    ]);
    // Rows of 40 are no multiple of 32: F16 (1), as llama.cpp does.
    expect(header.tensors.map(({ name, shape, type }) => [name, shape, type])).toEqual([
      ['token_embd.weight', [64, 3], 8],
      ['norm.weight', [5], 0],
      ['odd.weight', [40, 2], 1],
    ]);
    const at = header.dataOffset + header.tensors[1]!.offset;
    expect(decode('F32', bytes.subarray(at, at + 20), 5)).toEqual(norm);
    expect(bytes.length % 32).toBe(0);
  });

  it('grows with its vocabulary', async () => {
    const tokens = Array.from({ length: 20_000 }, (_, i) => `token ${i}`);
    const bytes = await wholeFile(ggufFile('v.gguf', new Map([['tokens', strings(tokens)]]), []));
    expect((await readGgufHeader(new Blob([bytes]))).metadata.get('tokens')).toEqual(tokens);
  });

  it('passes on weights that are not finite', async () => {
    const tensor = memoryTensor('model.norm.weight', [1], new Float32Array([NaN]));
    await expect(
      wholeFile(ggufFile('x', new Map(), [{ name: 'n', tensor, type: 'F32' }])),
    ).rejects.toMatchObject({
      code: 'invalid-file',
      message: 'tensor "model.norm.weight", number 0: expected finite weights, got NaN',
    });
  });

  it.each([
    ['a name twice', [tensors[0], tensors[0]], 'GGUF tensor "token_embd.weight": expected it once'],
    ['a name too long', [{ ...tensors[0], name: 'x'.repeat(64) }], 'expected 1 to 63 letters, got 64'],
    [
      'five dimensions',
      [{ ...tensors[0], tensor: memoryTensor('w', [1, 1, 1, 1, 32], new Float32Array(32)) }],
      'expected at most 4 dimensions, got 5',
    ],
  ])('refuses %s', (_what, given, message) => {
    expect(() => ggufFile('x', new Map(), given)).toThrow(message);
  });

  it.each([uint32(-1), uint32(1.5), uint32(2 ** 32), { type: 'uint8', value: 256 } as const])(
    'refuses a number beyond its type: %o',
    (value) => {
      expect(() => ggufFile('x', new Map([['k', value]]), [])).toThrow('GGUF metadata "k": expected uint');
    },
  );
});
