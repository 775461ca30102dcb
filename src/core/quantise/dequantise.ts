import { f16ToF32, f16ToNumber } from '../tensors/numbers.ts';
import type { Codec } from './codec.ts';

/** What a reader of the file gets back, as ggml's `dequantize_row_*`: `count` numbers. */
export function decode(name: Codec['name'], bytes: Uint8Array, count: number): Float32Array {
  const copy = bytes.slice();
  if (name === 'F32') return new Float32Array(copy.buffer, 0, count);
  if (name === 'F16') return f16ToF32(new Uint16Array(copy.buffer, 0, count));
  return name === 'Q8_0' ? decodeQ8(copy, count) : decodeQ4(copy, count);
}

function decodeQ8(bytes: Uint8Array, count: number): Float32Array {
  const out = new Float32Array(count);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    const block = Math.floor(i / 32) * 34;
    out[i] = f16ToNumber(view.getUint16(block, true)) * view.getInt8(block + 2 + (i % 32));
  }
  return out;
}

function decodeQ4(bytes: Uint8Array, count: number): Float32Array {
  const out = new Float32Array(count);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    const block = Math.floor(i / 32) * 18;
    const pair = view.getUint8(block + 2 + (i % 16));
    out[i] = f16ToNumber(view.getUint16(block, true)) * ((i % 32 < 16 ? pair & 15 : pair >> 4) - 8);
  }
  return out;
}

/** MLC's groups: (nibble - 7) * scale, rows of `width` numbers, groups of 32 within a row. */
export function decodeGroups(
  weights: Uint32Array,
  scales: Uint16Array | Float32Array,
  shape: readonly [rows: number, width: number],
): Float32Array {
  const [rows, width] = shape;
  const groups = Math.ceil(width / 32);
  const values = scales instanceof Uint16Array ? f16ToF32(scales) : scales;
  const out = new Float32Array(rows * width);
  for (let i = 0; i < out.length; i++) {
    const column = i % width;
    const row = (i - column) / width;
    const word = weights[row * groups * 4 + (column >> 3)] ?? 0;
    out[i] = (((word >>> (4 * (column & 7))) & 15) - 7) * (values[row * groups + (column >> 5)] ?? 0);
  }
  return out;
}
