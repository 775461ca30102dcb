import { f16OfBits } from '../tensors/numbers.ts';
import { bitsOf, firstNotFinite, MAGNITUDE, NOT_FINITE, type Codec } from './codec.ts';

/**
 * ggml's blocks of 32 weights with one float16 scale, as its reference quantisers write them (`quantize_row_q8_0_ref` and
 * `quantize_row_q4_0_ref` of ggml-quants.c), every step rounded to float32 as C does without fused multiply-add.
 *
 * Where a block is so small that 1 / scale is infinite, C leaves the integers undefined; here they are those of zero. Its
 * scale is 0 in float16 in any case.
 */
const BLOCK = 32;
const Q8_BYTES = 2 + BLOCK;
const Q4_BYTES = 2 + BLOCK / 2;
/** Bits of a float16 without its sign; from infinity's on, a scale cannot be written. */
const HALF_MAGNITUDE = 0x7fff;
const HALF_INFINITY = 0x7c00;

const scale = new Float32Array(1);
const scaleBits = new Uint32Array(scale.buffer);

/** The scale as float16, and what numbers are multiplied by: 1 / scale, or 0 where there is no such number. */
function inverse(d: number): number {
  const id = Math.fround(1 / d);
  return id === Infinity || id === -Infinity ? 0 : id;
}

/** Index of the largest magnitude of a block; the first of equals. -1 where a number is not finite. */
function largest(bits: Int32Array, from: number): number {
  let magnitude = -1;
  let at = from;
  for (let i = from; i < from + BLOCK; i++) {
    const own = (bits[i] ?? 0) & MAGNITUDE;
    if (own > magnitude) {
      magnitude = own;
      at = i;
    }
  }
  return magnitude >= NOT_FINITE ? -1 : at;
}

/** d = max|x| / 127 and q = x / d, rounded half away from zero. |error| <= d / 2 + 127 * |d - float16(d)|. */
export const Q8_0: Codec = {
  name: 'Q8_0',
  unit: BLOCK,
  bytes: Q8_BYTES,
  encode: (numbers, out) => {
    const bits = bitsOf(numbers);
    const integers = new Int8Array(out.buffer, out.byteOffset, out.byteLength);
    const blocks = Math.floor(numbers.length / BLOCK);
    for (let block = 0, from = 0, to = 0; block < blocks; block++, from += BLOCK, to += Q8_BYTES) {
      const at = largest(bits, from);
      if (at < 0) return firstNotFinite(bits, from);
      const d = Math.fround(Math.abs(numbers[at] ?? 0) / 127);
      scale[0] = d;
      const half = f16OfBits(scaleBits[0] ?? 0);
      if (half >= HALF_INFINITY) return from;
      const id = inverse(d);
      out[to] = half;
      out[to + 1] = half >> 8;
      for (let j = 0; j < BLOCK; j++) {
        // Half away from zero without a branch, as signs cannot be foretold: whole halves, then (halves + sign) / 2.
        const halves = (Math.fround((numbers[from + j] ?? 0) * id) * 2) | 0;
        integers[to + 2 + j] = (halves + 1 + (halves >> 31)) >> 1;
      }
    }
    return -1;
  },
};

/**
 * d = m / -8 with m the weight of the largest magnitude, and q = x / d + 8.5, cut to a whole number of at most 15. Two weights
 * a byte: the first half of the block in the lower four bits, the second half in the upper. |error| <= |d|.
 */
export const Q4_0: Codec = {
  name: 'Q4_0',
  unit: BLOCK,
  bytes: Q4_BYTES,
  encode: (numbers, out) => {
    const bits = bitsOf(numbers);
    const blocks = Math.floor(numbers.length / BLOCK);
    for (let block = 0, from = 0, to = 0; block < blocks; block++, from += BLOCK, to += Q4_BYTES) {
      const at = largest(bits, from);
      if (at < 0) return firstNotFinite(bits, from);
      // Of a block of minus zeros C takes plus zero as the largest: hence + 0.
      const d = Math.fround(((numbers[at] ?? 0) + 0) / -8);
      scale[0] = d;
      const half = f16OfBits(scaleBits[0] ?? 0);
      if ((half & HALF_MAGNITUDE) >= HALF_INFINITY) return from;
      const id = inverse(d);
      out[to] = half;
      out[to + 1] = half >> 8;
      for (let j = 0; j < BLOCK / 2; j++) {
        const low = Math.fround(Math.fround((numbers[from + j] ?? 0) * id) + 8.5) | 0;
        const high = Math.fround(Math.fround((numbers[from + BLOCK / 2 + j] ?? 0) * id) + 8.5) | 0;
        out[to + 2 + j] = (low > 15 ? 15 : low) | ((high > 15 ? 15 : high) << 4);
      }
    }
    return -1;
  },
};
