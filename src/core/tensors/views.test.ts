import { describe, expect, it } from 'vitest';
import { blocks, ranges } from './blocks.ts';
import { permuteHeads } from './permute.ts';
import { storedTensor } from './stored.ts';
import { memoryTensor } from './testing.ts';
import { sizeOf, type Tensor } from './types.ts';
import { concatRows, padRows, plusOne, renamed, rows } from './views.ts';

const counting = (name: string, shape: readonly number[], from = 0): Tensor =>
  memoryTensor(
    name,
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => from + i),
  );

const whole = async (tensor: Tensor): Promise<number[]> => [...(await tensor.read(0, sizeOf(tensor.shape)))];

/** The same numbers, however they are asked for. */
async function readsInPieces(tensor: Tensor): Promise<void> {
  const all = await whole(tensor);
  for (const count of [1, 3, 5]) {
    for (let start = 0; start + count <= all.length; start++)
      expect([...(await tensor.read(start, count))]).toEqual(all.slice(start, start + count));
  }
}

/** convert_hf_to_gguf.py, in words: reshape to [heads, 2, half, in], swap axes 1 and 2, flatten. */
function permuted(numbers: readonly number[], heads: number, out: number, width: number): number[] {
  const half = out / heads / 2;
  const result: number[] = [];
  for (let h = 0; h < heads; h++)
    for (let p = 0; p < half; p++)
      for (let s = 0; s < 2; s++) {
        const row = (h * 2 + s) * half + p;
        result.push(...numbers.slice(row * width, (row + 1) * width));
      }
  return result;
}

describe('tensors made of others', () => {
  it('cuts rows', async () => {
    const cut = rows(counting('w', [4, 3]), 1, 3);
    expect(cut.shape).toEqual([2, 3]);
    expect(await whole(cut)).toEqual([3, 4, 5, 6, 7, 8]);
    await readsInPieces(cut);
    await expect(cut.read(5, 2)).rejects.toThrow('expected a range within 6 numbers, got 2 from 5');
    expect(() => rows(counting('w', [4, 3]), 1, 5)).toThrow(
      'tensor "w": expected rows within 4, got rows 1 to 5',
    );
  });

  it('puts tensors on top of one another', async () => {
    const all = concatRows(
      [counting('q', [2, 2]), counting('k', [1, 2], 10), counting('v', [1, 2], 20)],
      'qkv',
    );
    expect(all).toMatchObject({ name: 'qkv', shape: [4, 2], type: 'F32' });
    expect(await whole(all)).toEqual([0, 1, 2, 3, 10, 11, 20, 21]);
    await readsInPieces(all);
    await readsInPieces(concatRows([counting('a', [2]), counting('b', [3], 5)]));
    expect(() => concatRows([counting('a', [2, 2]), counting('b', [2, 3])])).toThrow(
      'tensor "b": expected rows as those of "a" [2,2], got [2,3]',
    );
  });

  it('takes float32 for a mixture of types', () => {
    const half = (name: string, type: 'F16' | 'BF16'): Tensor =>
      memoryTensor(name, [1], new Float32Array(1), type);
    expect(concatRows([half('a', 'F16'), half('b', 'F16')]).type).toBe('F16');
    expect(concatRows([half('a', 'F16'), half('b', 'BF16')]).type).toBe('F32');
  });

  it('adds one, and pads with rows of zeros', async () => {
    expect(await whole(plusOne(counting('n', [3])))).toEqual([1, 2, 3]);
    const padded = padRows(counting('e', [2, 2], 1), 4);
    expect(padded.shape).toEqual([4, 2]);
    expect(await whole(padded)).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    await readsInPieces(padded);
    expect(() => padRows(counting('e', [5, 2]), 4)).toThrow('tensor "e": expected at most 4 rows, got 5');
  });

  it.each([
    [1, 4, 2],
    [2, 12, 3],
    [3, 6, 1],
    [2, 32, 5],
  ])('permutes the rows of %i heads of %i rows of %i as llama.cpp', async (heads, out, width) => {
    const tensor = permuteHeads(counting('q', [out, width]), heads);
    expect(await whole(tensor)).toEqual(
      permuted(await whole(counting('q', [out, width])), heads, out, width),
    );
    await readsInPieces(tensor);
    const bias = permuteHeads(counting('b', [out]), heads);
    expect(await whole(bias)).toEqual(permuted(await whole(counting('b', [out])), heads, out, 1));
  });

  it('refuses heads that do not fit', () => {
    expect(() => permuteHeads(counting('q', [6, 2]), 2)).toThrow(
      'tensor "q": expected rows for 2 heads of even width, got 6 rows',
    );
  });

  it('reads a file as it is asked, and tells when it ends early', async () => {
    const file = new Blob([new Uint8Array(3), new Uint16Array([0x3f80, 0x4000, 0xc000])]);
    const at = { name: 'w', shape: [3], type: 'BF16', fileName: 'm.safetensors', offset: 3 } as const;
    const tensor = renamed(storedTensor({ ...at, file }), 'x');
    expect(await whole(tensor)).toEqual([1, 2, -2]);
    expect(await tensor.stored?.(1, 1)).toEqual(new Uint8Array([0, 0x40]));
    expect(await rows(tensor, 1, 3).stored?.(1, 1)).toEqual(new Uint8Array([0, 0xc0]));
    const cut = storedTensor({ ...at, file: file.slice(0, 8) });
    await expect(cut.read(0, 3)).rejects.toMatchObject({
      code: 'invalid-file',
      message: '"m.safetensors", tensor "w": expected 6 bytes at 3, got 5: the file was cut short',
    });
  });
});

describe('blocks', () => {
  it('covers a tensor in multiples of a unit', () => {
    expect(ranges({ shape: [3, 2 ** 22] }, 2 ** 22)).toHaveLength(3);
    expect(ranges({ shape: [5, 2_800_000] }, 2_800_000).map(({ count }) => count)).toEqual(
      Array(5).fill(2_800_000),
    );
    expect(ranges({ shape: [2 ** 22 + 96] }, 96).map(({ start, count }) => [start, count])).toEqual([
      [0, 4_194_240],
      [4_194_240, 160],
    ]);
    expect(ranges({ shape: [0, 4] }, 4)).toEqual([]);
  });

  it('passes on a failure of the block that it has come to, and drops one it never comes to', async () => {
    const failing = (start: number): Promise<number> =>
      start === 0 ? Promise.resolve(7) : Promise.reject(new Error('disk'));
    const shape = [2 ** 23];
    const seen: number[] = [];
    await expect(async () => {
      for await (const { numbers } of blocks({ shape }, 1, failing)) seen.push(numbers);
    }).rejects.toThrow('disk');
    expect(seen).toEqual([7]);
    for await (const { start } of blocks({ shape }, 1, failing)) {
      expect(start).toBe(0);
      break;
    }
  });
});
