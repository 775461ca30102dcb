import { describe, expect, it } from 'vitest';
import { bytesToHex } from '@noble/hashes/utils.js';
import { storedTensor } from '../tensors/stored.ts';
import { memoryTensor, sha256Of, uniform } from '../tensors/testing.ts';
import { f16ToF32, f32ToF16, roundToF16 } from '../tensors/numbers.ts';
import type { Tensor } from '../tensors/types.ts';
import type { Codec } from './codec.ts';
import { decode, decodeGroups } from './dequantise.ts';
import { encoded } from './encoded.ts';
import { groupsOf, quantiseGroups } from './groups.ts';
import { CODECS } from './index.ts';
import { edgeCases } from './testing.ts';

const { F16, F32, Q4_0, Q8_0 } = CODECS;

function encode(codec: Codec, numbers: Float32Array): Uint8Array {
  const out = new Uint8Array((numbers.length / codec.unit) * codec.bytes);
  expect(codec.encode(numbers, out)).toBe(-1);
  return out;
}

function groups(
  numbers: Float32Array,
  width: number,
  half: boolean,
): { weights: Uint32Array; scales: Uint16Array | Float32Array } {
  const rows = Math.floor(numbers.length / width);
  const per = groupsOf(width);
  const weights = new Uint32Array(rows * per.words);
  const scales = half ? new Uint16Array(rows * per.groups) : new Float32Array(rows * per.groups);
  expect(quantiseGroups(numbers.subarray(0, rows * width), width, weights, scales)).toBe(-1);
  return { weights, scales };
}

const joined = ({ weights, scales }: ReturnType<typeof groups>): Uint8Array => {
  const out = new Uint8Array(weights.byteLength + scales.byteLength);
  out.set(new Uint8Array(weights.buffer));
  out.set(new Uint8Array(scales.buffer), weights.byteLength);
  return out;
};

const block = (value: (i: number) => number): Float32Array =>
  Float32Array.from({ length: 32 }, (_, i) => value(i));

describe('ggml types', () => {
  // Made by a numpy implementation; Q8_0 and Q4_0 by one in C too (without fused multiply-add). The one
  // block that differs there has a scale of 0: 1 / 0 leaves its integers undefined in C, and both read back as zeros.
  it.each([
    [F16, 'ff711db83ea9e134f7a5c405de9adbccc19657d92851d17e8fdba68d0cc70227'],
    [Q8_0, '390b96564d32d49fce7c807f77d522801e91aca71856a3817b00ff30a571d67f'],
    [Q4_0, '06908fce8ca4e1e7678248c3d56825beaac8e80550105252e34bbd9385ef1755'],
  ])('$name is what a reference makes of 131072 numbers with every edge', (codec, digest) => {
    expect(sha256Of(encode(codec, edgeCases()))).toBe(digest);
  });

  it('writes one block as can be worked out by hand', () => {
    // d = 127 / 127: ties of .5 go away from zero.
    const ties = block((i) => (i === 0 ? 127 : i - 16.5));
    const away = [...ties.slice(1)].map((x) => (Math.sign(x) * Math.ceil(Math.abs(x))) & 255);
    expect(bytesToHex(encode(Q8_0, ties))).toBe(`003c7f${bytesToHex(Uint8Array.from(away))}`);
    // d = -8 / -8: 1, in the lower bits; all else is half a step: cut, not rounded.
    const steps = block((i) => (i === 0 ? -8 : i < 16 ? 0.49 : 0.5));
    expect(bytesToHex(encode(Q4_0, steps))).toBe(`003c90${'98'.repeat(15)}`);
  });

  it('keeps within its bound of every number', () => {
    const numbers = uniform(32 * 512, 11);
    const q8 = decode('Q8_0', encode(Q8_0, numbers), numbers.length);
    const q4 = decode('Q4_0', encode(Q4_0, numbers), numbers.length);
    let worst8 = 0;
    let worst4 = 0;
    for (let from = 0; from < numbers.length; from += 32) {
      const largest = Math.max(...numbers.subarray(from, from + 32).map(Math.abs));
      for (let i = from; i < from + 32; i++) {
        // 2^-11: the scale's rounding to float16.
        worst8 = Math.max(worst8, Math.abs(q8[i]! - numbers[i]!) - largest * (0.5 / 127 + 2 ** -11));
        worst4 = Math.max(worst4, Math.abs(q4[i]! - numbers[i]!) - largest * (1 / 8 + 2 ** -11));
      }
    }
    expect(worst8).toBeLessThanOrEqual(1e-7);
    expect(worst4).toBeLessThanOrEqual(1e-7);
    expect(decode('F32', encode(F32, numbers), numbers.length)).toEqual(numbers);
    expect(decode('F16', encode(F16, numbers), numbers.length)).toEqual(numbers.map(roundToF16));
  });

  it.each([
    [F32, NaN, 40, 40],
    [F32, Infinity, 40, 40],
    [F16, -Infinity, 40, 40],
    [F16, 65520, 40, 40],
    [Q8_0, NaN, 40, 40],
    [Q8_0, 1e30, 40, 32],
    [Q4_0, -Infinity, 40, 40],
    [Q4_0, -1e30, 40, 32],
  ])('$name does not write %d', (codec, number, at, told) => {
    const numbers = new Float32Array(64);
    numbers[at] = number;
    expect(codec.encode(numbers, new Uint8Array(256))).toBe(told);
  });
});

describe('groups of MLC', () => {
  // Made by a numpy implementation in float16 and float32: words, then scales.
  it.each([
    ['q4f16_1', 64, true, '8b6811da6fa2d6263c6dab2a61b221390c2da33891214f5ddd32e942f75abbd3'],
    ['q4f32_1', 64, false, '668aa00250cad6f8af830c3d9ded2a1dca40e2604a8a278a7ba3128cbc043a78'],
    ['q4f16_1 in rows of 40', 40, true, '53343c98aad6f5d82c6467f14854f1d30d31f5c24de7b997002c82d6bf76b550'],
    ['q4f32_1 in rows of 40', 40, false, '9fb786efc02325173f6f2f2f965ec843481bd632624222fbc8dbe6ec52d31596'],
  ])('%s are what a reference makes of 131072 numbers with every edge', (_name, width, half, digest) => {
    expect(sha256Of(joined(groups(edgeCases(), width, half)))).toBe(digest);
  });

  it('writes one group as can be worked out by hand', () => {
    const { weights, scales } = groups(
      block((i) => (i % 8) - 7),
      32,
      false,
    ); // -7 to 0: scale 1
    expect([...scales]).toEqual([1]);
    expect([...weights].map((word) => word.toString(16))).toEqual(Array(4).fill('76543210'));
    const zero = groups(new Float32Array(40), 40, true);
    expect([...zero.weights].map((word) => word.toString(16))).toEqual([
      ...Array<string>(5).fill('77777777'),
      '0',
      '0',
      '0',
    ]);
    expect([...zero.scales]).toEqual([0, 0]);
  });

  it.each([true, false])('keeps within half a step of every number (float16: %s)', (half) => {
    const numbers = uniform(40 * 300, 12);
    const { weights, scales } = groups(numbers, 40, half);
    const read = decodeGroups(weights, scales, [300, 40]);
    const steps = scales instanceof Uint16Array ? f16ToF32(scales) : scales;
    const worst = Math.max(
      ...read.map((number, i) => {
        const column = i % 40;
        const step = steps[((i - column) / 40) * 2 + (column >> 5)]!;
        // Float16 rounds the weight, w / scale (up to 7: 2^-9), that plus 7 (up to 14: 2^-8), and the scale (7 * 2^-11).
        const rounding = half ? step * (2 ** -9 + 2 ** -8 + 7 * 2 ** -10) : step * 1e-5;
        return Math.abs(number - numbers[i]!) - step / 2 - rounding;
      }),
    );
    expect(worst).toBeLessThanOrEqual(0);
  });

  it.each([
    [NaN, true, 70],
    [65520, true, 70],
    [Infinity, false, 70],
  ])('does not write %d', (number, half, at) => {
    const numbers = new Float32Array(80);
    numbers[at] = number;
    const scales = half ? new Uint16Array(4) : new Float32Array(4);
    expect(quantiseGroups(numbers, 40, new Uint32Array(16), scales)).toBe(at);
  });
});

describe('encoded', () => {
  const all = async (tensor: Tensor, codec: Codec): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of encoded(tensor, codec)) parts.push(part);
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  };

  it('is the same in pieces', async () => {
    const numbers = uniform(2 ** 22 + 320, 5);
    const tensor = memoryTensor('w', [numbers.length / 32, 32], numbers);
    let at = 0;
    const expected = encode(Q4_0, numbers);
    for await (const part of encoded(tensor, Q4_0)) {
      expect(sha256Of(part)).toBe(sha256Of(expected.slice(at, at + part.length)));
      at += part.length;
    }
    expect(at).toBe(expected.length);
  });

  it('copies numbers that are already as they should be', async () => {
    const halves = f32ToF16(new Float32Array([1, 2, -3, 2 ** -24]));
    const at = { name: 'w', shape: [2, 2], fileName: 'm', offset: 0 };
    const file = new Blob([halves]);
    expect(await all(storedTensor({ ...at, type: 'F16', file }), F16)).toEqual(new Uint8Array(halves.buffer));
    const nan = storedTensor({ ...at, type: 'F16', file: new Blob([new Uint16Array([0, 0, 0x7e00, 0])]) });
    await expect(all(nan, F16)).rejects.toThrow(
      'tensor "w", row 1, column 0: expected finite weights, got NaN',
    );
    const infinite = storedTensor({
      ...at,
      type: 'F32',
      file: new Blob([new Float32Array([0, 0, 0, -Infinity])]),
    });
    await expect(all(infinite, F32)).rejects.toThrow(
      'row 1, column 1: expected finite weights, got -Infinity',
    );
  });

  it('names tensor and position of a weight that is not finite', async () => {
    const numbers = uniform(96, 1);
    numbers[70] = NaN;
    await expect(all(memoryTensor('w', [3, 32], numbers), Q8_0)).rejects.toMatchObject({
      code: 'invalid-file',
      message: 'tensor "w", row 2, column 6: expected finite weights, got NaN',
    });
    await expect(all(memoryTensor('b', [2], new Float32Array([0, 1e6])), F16)).rejects.toThrow(
      'tensor "b", number 1: expected weights in the range of F16, got 1000000',
    );
  });
});
