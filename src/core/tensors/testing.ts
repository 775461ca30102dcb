import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { FloatType, Tensor, Tensors } from './types.ts';

/** Parts for tests: tensors from arrays, and numbers that another language makes as easily. */

/** `count` numbers of Marsaglia's xorshift32 (13, 17, 5). */
export function xorshift32(count: number, seed: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(count);
  let x = seed;
  for (let i = 0; i < count; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = x;
  }
  return out;
}

/** `count` numbers from -1 (included) to 1, multiples of 2^-23. */
export function uniform(count: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(xorshift32(count, seed), (bits) => (bits >>> 8) / 2 ** 23 - 1);
}

/** A tensor that is in memory. */
export function memoryTensor(
  name: string,
  shape: readonly number[],
  numbers: Float32Array,
  type: FloatType = 'F32',
): Tensor {
  return { name, shape, type, read: (start, count) => Promise.resolve(numbers.slice(start, start + count)) };
}

export function byName(tensors: readonly Tensor[]): Tensors {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

export function sha256Of(view: ArrayBufferView): string {
  return bytesToHex(sha256(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
}
