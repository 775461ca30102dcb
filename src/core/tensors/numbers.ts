/**
 * Conversions between float32 and the two 16-bit types, bit for bit as IEEE 754 asks: round to nearest, ties to even;
 * subnormal numbers, infinities and the sign of zero are kept, a NaN stays one. All tables and loops are little-endian, as
 * every machine is on which a browser runs.
 */

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

const F16_INFINITY = 0x7c00;
const F16_NAN = 0x7e00;
const F32_INFINITY = 0x7f800000;
/** The smallest float32 that is beyond float16 even before rounding: 2^16. */
const F16_BEYOND = 0x47800000;
/** 2^-14, the smallest normal float16. */
const F16_NORMAL = 0x38800000;
/** Bits of 0.5: adding it leaves a subnormal float16 in the lowest bits of the sum, rounded by the addition itself. */
const HALF = 0x3f000000;
/** Moves the exponent from float32's bias of 127 to float16's of 15, and adds just under half of the last place kept. */
const REBIAS_AND_ROUND = ((15 - 127) << 23) + 0xfff;

function bitsOfF16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | F32_INFINITY | (fraction << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  scratch[0] = fraction * 2 ** -24;
  return (sign | (scratchBits[0] ?? 0)) >>> 0;
}

const F16_BITS = Uint32Array.from({ length: 0x10000 }, (_, half) => bitsOfF16(half));
const F16_VALUES = new Float32Array(F16_BITS.buffer);

/** The value of one float16. */
export function f16ToNumber(half: number): number {
  return F16_VALUES[half & 0xffff] ?? 0;
}

/** The float16 nearest to the float32 with these bits. */
export function f16OfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= F16_NORMAL && magnitude < F16_BEYOND) {
    return sign | ((magnitude + REBIAS_AND_ROUND + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude >= F16_BEYOND) return sign | (magnitude > F32_INFINITY ? F16_NAN : F16_INFINITY);
  scratchBits[0] = magnitude;
  scratch[0] = (scratch[0] ?? 0) + 0.5;
  return sign | (scratchBits[0] - HALF);
}

/** The float16 nearest to `value`, which is rounded to float32 first. */
export function numberToF16(value: number): number {
  scratch[0] = value;
  return f16OfBits(scratchBits[0] ?? 0);
}

/** `value` rounded to float16, as a number. */
export function roundToF16(value: number): number {
  return f16ToNumber(numberToF16(value));
}

export function f16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < bits.length; i++) bits[i] = F16_BITS[halves[i] ?? 0] ?? 0;
  return out;
}

export function f32ToF16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = f16OfBits(bits[i] ?? 0);
  return out;
}

export function bf16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return out;
}

export function f32ToBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const from = bits[i] ?? 0;
    // Of a NaN the rounding could make an infinity: its highest fraction bit is set instead.
    out[i] =
      (from & 0x7fffffff) > F32_INFINITY
        ? (from >>> 16) | 0x40
        : (from + 0x7fff + ((from >>> 16) & 1)) >>> 16;
  }
  return out;
}
