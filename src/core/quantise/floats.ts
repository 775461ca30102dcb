import { f16OfBits } from '../tensors/numbers.ts';
import { bitsOf, firstNotFinite, MAGNITUDE, type Codec } from './codec.ts';

/** The least float32 magnitude that rounds to infinity in float16: 65520. */
const BEYOND_F16 = 0x477ff000;

export const F32: Codec = {
  name: 'F32',
  unit: 1,
  bytes: 4,
  encode: (numbers, out) => {
    const bad = firstNotFinite(bitsOf(numbers));
    if (bad >= 0) return bad;
    out.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    return -1;
  },
};

/** Nearest float16, ties to even. */
export const F16: Codec = {
  name: 'F16',
  unit: 1,
  bytes: 2,
  encode: (numbers, out) => {
    const bits = bitsOf(numbers);
    const halves = new Uint16Array(out.buffer, out.byteOffset, bits.length);
    for (let i = 0; i < bits.length; i++) {
      const from = bits[i] ?? 0;
      if ((from & MAGNITUDE) >= BEYOND_F16) return i;
      halves[i] = f16OfBits(from);
    }
    return -1;
  },
};
