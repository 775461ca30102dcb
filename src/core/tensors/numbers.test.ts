import { describe, expect, it } from 'vitest';
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16, numberToF16, roundToF16 } from './numbers.ts';
import { sha256Of, xorshift32 } from './testing.ts';

/** Any bits; every second number has its exponent moved to where float16 rounds, overflows and becomes subnormal. */
function anyNumbers(): Float32Array {
  const bits = xorshift32(200_000, 1);
  for (let i = 0; i < bits.length; i += 2) {
    const x = bits[i] ?? 0;
    bits[i] = (x & 0x80ffffff) | ((100 + ((x >>> 24) % 48)) << 23);
  }
  return new Float32Array(bits.buffer);
}

const all16 = Uint16Array.from({ length: 65536 }, (_, i) => i);

describe('16-bit numbers', () => {
  // The digests are of numpy's own conversions (float16), and of the same in 64-bit integers (bfloat16).
  it.each([
    [
      'all float16 to float32',
      () => f16ToF32(all16),
      'f4fdd084f85448d28c84f20fabf4022ba938e40b7f382d2727dec6f41ac6267a',
    ],
    [
      'all bfloat16 to float32',
      () => bf16ToF32(all16),
      '9207d7eb28680a098c73dbe536d1ff7b94311dc417b9a385e0af6660683e93ca',
    ],
    [
      'float32 to float16',
      () => f32ToF16(anyNumbers()),
      '5e022be484abdcc9989c87235dbea7d3ffb9966aa3caaf8137b670541db454bc',
    ],
    [
      'float32 to bfloat16',
      () => f32ToBf16(anyNumbers()),
      '2126a9a6e1960ac033416cbe54348062e8972b79d9e56595e92fddf8454f867e',
    ],
  ])('converts %s bit for bit', (_what, convert, digest) => {
    expect(sha256Of(convert())).toBe(digest);
  });

  it.each([
    ['1', 1, 0x3c00],
    ['the tie 1 + 2^-11, to even', 1 + 2 ** -11, 0x3c00],
    ['the tie 1 + 3 * 2^-11, to even', 1 + 3 * 2 ** -11, 0x3c02],
    ['the largest', 65504, 0x7bff],
    ['just below the tie to infinity', 65519.996, 0x7bff],
    ['the tie to infinity', 65520, 0x7c00],
    ['the largest subnormal', 1023 * 2 ** -24, 0x03ff],
    ['the tie between subnormal and normal', 1023.5 * 2 ** -24, 0x0400],
    ['the smallest', 2 ** -24, 0x0001],
    ['the tie to zero', 2 ** -25, 0x0000],
    ['just above the tie to zero', 2 ** -25 * 1.0000001, 0x0001],
    ['negative zero', -0, 0x8000],
    ['negative infinity', -Infinity, 0xfc00],
  ])('rounds %s', (_what, value, half) => {
    expect(numberToF16(value)).toBe(half);
  });

  it('keeps every float16 on the way to float32 and back', () => {
    const finite = all16.filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(f32ToF16(f16ToF32(finite))).toEqual(finite);
    expect(roundToF16(0.1)).toBe(0.0999755859375);
    expect(roundToF16(NaN)).toBeNaN();
  });

  it('keeps every bfloat16 on the way to float32 and back', () => {
    const finite = all16.filter((half) => (half & 0x7f80) !== 0x7f80);
    expect(f32ToBf16(bf16ToF32(finite))).toEqual(finite);
  });
});
