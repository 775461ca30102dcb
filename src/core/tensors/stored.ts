import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { bf16ToF32, f16ToF32 } from './numbers.ts';
import { sizeOf, type FloatType, type Tensor } from './types.ts';

const BYTES_OF: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Where a tensor's numbers lie in a file: little-endian, row-major, without gaps. */
export interface StoredAt {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: FloatType;
  readonly file: BinaryFile;
  /** For messages. */
  readonly fileName: string;
  /** Of its first number, from the start of the file. */
  readonly offset: number;
}

/** A tensor that reads its numbers from a file as they are asked for. */
export function storedTensor(at: StoredAt): Tensor {
  const { name, shape, type } = at;
  const bytes = async (start: number, count: number): Promise<ArrayBuffer> => {
    checkRange(at, start, count);
    const from = at.offset + start * BYTES_OF[type];
    const expected = count * BYTES_OF[type];
    const read = await at.file.slice(from, from + expected).arrayBuffer();
    if (read.byteLength === expected) return read;
    throw new AppError(
      'invalid-file',
      `"${at.fileName}", tensor "${name}": expected ${expected} bytes at ${from}, got ${read.byteLength}: the file was cut short`,
      { place: { file: at.fileName } },
    );
  };
  return {
    name,
    shape,
    type,
    stored: async (start, count) => new Uint8Array(await bytes(start, count)),
    read: async (start, count) => asFloat32(await bytes(start, count), type),
  };
}

/** Throws AppError `internal` where a range is not within the tensor. */
export function checkRange(
  tensor: { readonly name: string; readonly shape: readonly number[] },
  start: number,
  count: number,
): void {
  const size = sizeOf(tensor.shape);
  if (start >= 0 && count >= 0 && start + count <= size) return;
  throw new AppError(
    'internal',
    `tensor "${tensor.name}": expected a range within ${size} numbers, got ${count} from ${start}`,
  );
}

function asFloat32(buffer: ArrayBuffer, type: FloatType): Float32Array {
  if (type === 'F32') return new Float32Array(buffer);
  const halves = new Uint16Array(buffer);
  return type === 'F16' ? f16ToF32(halves) : bf16ToF32(halves);
}
