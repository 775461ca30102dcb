/** How numbers are written into a model file. */
export interface Codec {
  /** As ggml and GGUF name it. */
  readonly name: 'F32' | 'F16' | 'Q8_0' | 'Q4_0';
  /** Numbers that are written together; a row must be a multiple of it. */
  readonly unit: number;
  /** Bytes that `unit` numbers take. */
  readonly bytes: number;
  /**
   * Writes the whole units of `numbers` to the start of `out`. Returns -1, or the index of a number that cannot be
   * written: not finite, or beyond the type's range; of a unit that is too large, its first number's.
   */
  readonly encode: (numbers: Float32Array, out: Uint8Array) => number;
}

/** The bits of float32 numbers, in place; as integers they order as magnitudes once the sign is masked off. */
export function bitsOf(numbers: Float32Array): Int32Array {
  return new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);
}

export const MAGNITUDE = 0x7fffffff;
/** Magnitudes from here on are infinite or NaN. */
export const NOT_FINITE = 0x7f800000;

/** Index of the first number that is infinite or NaN, from `from` on and before `to`; -1 where all are finite. */
export function firstNotFinite(bits: Int32Array, from = 0, to = bits.length): number {
  for (let i = from; i < to; i++) {
    if (((bits[i] ?? 0) & MAGNITUDE) >= NOT_FINITE) return i;
  }
  return -1;
}
