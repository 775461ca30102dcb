import { f16OfBits, f16ToNumber } from '../tensors/numbers.ts';
import { bitsOf, firstNotFinite, MAGNITUDE, NOT_FINITE } from './codec.ts';

/**
 * MLC's group quantisation q4f16_1 and q4f32_1 (mlc_llm, quantization/group_quantization.py; layout `NK`, groups of 32 along
 * a row, largest integer 7): scale = max|w| / 7, q = round(w / scale + 7) held within 0 and 14, eight to a 32-bit word, the
 * first in the lowest bits. A last group shorter than 32 is filled with zero bits. Every step is rounded to the model's type
 * (float16: `q4f16_1`); round is C's, half away from zero. A group whose scale is zero becomes q = 7, which reads as 0.
 * |error| <= scale / 2, and what rounding to float16 adds: 7 * |scale - max|w| / 7| and |w| / 2048.
 */
const GROUP = 32;
const WORDS = 4;
const ZERO = 7;
const ALL_ZERO = 0x77777777;
/** The least float32 magnitude that rounds to infinity in float16: 65520. */
const BEYOND_F16 = 0x477ff000;
/** Bits of 2^-14, the smallest normal float16. */
const F16_NORMAL = 0x38800000;

/** 32-bit words and scales of a row of `width` numbers. */
export function groupsOf(width: number): { groups: number; words: number } {
  const groups = Math.ceil(width / GROUP);
  return { groups, words: groups * WORDS };
}

const work = new Float32Array(GROUP);
const workBits = new Int32Array(work.buffer);

/** What one group needs: where it is, and where its words go. */
type Group = (
  numbers: Float32Array,
  from: number,
  length: number,
  weights: Uint32Array,
  at: number,
) => number;

/**
 * Quantises whole rows of `width` numbers. `scales` is a Uint16Array (bits of float16) for q4f16_1 and a Float32Array for q4f32_1.
 * Returns -1, or the index of the first number that is not finite or, for float16, beyond its range.
 */
export function quantiseGroups(
  numbers: Float32Array,
  width: number,
  weights: Uint32Array,
  scales: Uint16Array | Float32Array,
): number {
  const half = scales instanceof Uint16Array;
  const quantise: Group = half ? groupF16 : groupF32;
  const bits = bitsOf(numbers);
  const limit = half ? BEYOND_F16 : NOT_FINITE;
  const rows = Math.floor(numbers.length / width);
  let group = 0;
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * width;
    for (let from = row * width; from < end; from += GROUP, group++) {
      const length = Math.min(GROUP, end - from);
      let magnitude = 0;
      for (let i = from; i < from + length; i++) {
        const own = (bits[i] ?? 0) & MAGNITUDE;
        if (own > magnitude) magnitude = own;
      }
      if (magnitude >= limit) return firstAtLeast(bits, from, limit);
      workBits[0] = magnitude;
      scales[group] = quantise(numbers, from, length, weights, group * WORDS);
    }
  }
  return -1;
}

function firstAtLeast(bits: Int32Array, from: number, limit: number): number {
  if (limit === NOT_FINITE) return firstNotFinite(bits, from);
  for (let i = from; i < bits.length; i++) {
    if (((bits[i] ?? 0) & MAGNITUDE) >= limit) return i;
  }
  return from;
}

/** The largest magnitude stands in `work[0]`. */
function groupF32(
  numbers: Float32Array,
  from: number,
  length: number,
  weights: Uint32Array,
  at: number,
): number {
  const scale = Math.fround((work[0] ?? 0) / ZERO);
  if (scale === 0) return zeroGroup(length, weights, at, 0);
  for (let i = 0; i < length; i++) {
    work[i] = Math.fround(Math.fround((numbers[from + i] ?? 0) / scale) + ZERO);
  }
  pack(length, weights, at);
  return scale;
}

/** As `groupF32`; returns the bits of the scale. */
function groupF16(
  numbers: Float32Array,
  from: number,
  length: number,
  weights: Uint32Array,
  at: number,
): number {
  work[0] = f16ToNumber(f16OfBits(workBits[0] ?? 0)) / ZERO;
  const bits = f16OfBits(workBits[0] ?? 0);
  const scale = f16ToNumber(bits);
  if (scale === 0) return zeroGroup(length, weights, at, bits);
  for (let i = 0; i < length; i++) work[i] = numbers[from + i] ?? 0;
  roundToHalf(length);
  for (let i = 0; i < length; i++) work[i] = (work[i] ?? 0) / scale;
  // From here on eleven digits are enough: what float16 has fewer of, next to zero, ends as q = 7 or q = 0 all the same.
  for (let i = 0; i < length; i++) workBits[i] = elevenDigits(workBits[i] ?? 0);
  for (let i = 0; i < length; i++) work[i] = (work[i] ?? 0) + ZERO;
  for (let i = 0; i < length; i++) workBits[i] = elevenDigits(workBits[i] ?? 0);
  pack(length, weights, at);
  return bits;
}

/**
 * Rounds `work` to float16, in place; none is beyond its range. A number below 2^-14 keeps 24 bits behind the point, which
 * are the places that a float32 has next to 0.75; any other keeps 11 digits.
 */
function roundToHalf(length: number): void {
  for (let i = 0; i < length; i++) {
    const bits = workBits[i] ?? 0;
    if ((bits & MAGNITUDE) < F16_NORMAL) work[i] = Math.fround((work[i] ?? 0) + 0.75) - 0.75;
    else workBits[i] = elevenDigits(bits);
  }
}

/** A float32 by its bits, rounded to eleven binary digits, ties to even. */
function elevenDigits(bits: number): number {
  return (bits + 0xfff + ((bits >>> 13) & 1)) & ~0x1fff;
}

function zeroGroup(length: number, weights: Uint32Array, at: number, scale: number): number {
  for (let word = 0; word < WORDS; word++) {
    const used = Math.max(0, Math.min(8, length - 8 * word));
    weights[at + word] = used === 8 ? ALL_ZERO : ALL_ZERO & (2 ** (4 * used) - 1);
  }
  return scale;
}

/** Rounds `work` to integers and packs them. They are never negative by more than a rounding error: half away is half up. */
function pack(length: number, weights: Uint32Array, at: number): void {
  for (let word = 0; word < WORDS; word++) {
    let packed = 0;
    const end = Math.min(length, 8 * word + 8);
    for (let i = 8 * word, shift = 0; i < end; i++, shift += 4) {
      const q = ((work[i] ?? 0) + 0.5) | 0;
      packed |= (q < 0 ? 0 : q > 14 ? 14 : q) << shift;
    }
    weights[at + word] = packed;
  }
}
