import { AppError } from '../errors.ts';
import { blocks } from '../tensors/blocks.ts';
import type { Tensor } from '../tensors/types.ts';
import { rowLength } from '../tensors/views.ts';
import { firstNotFinite, type Codec } from './codec.ts';

/** The bytes of a whole tensor, piece by piece; a row must be a multiple of the codec's unit. Rejects with AppError `invalid-file`. */
export async function* encoded(tensor: Tensor, codec: Codec): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (tensor.stored !== undefined && tensor.type === codec.name) {
    yield* copied(tensor, tensor.stored, codec);
    return;
  }
  for await (const { start, numbers } of blocks(tensor, codec.unit, (from, count) =>
    tensor.read(from, count),
  )) {
    const out = new Uint8Array((numbers.length / codec.unit) * codec.bytes);
    const bad = codec.encode(numbers, out);
    if (bad >= 0) throw unwritable(tensor, start + bad, numbers[bad] ?? 0, codec.name);
    yield out;
  }
}

/** Numbers that are already as they should be are not converted, only checked. */
async function* copied(
  tensor: Tensor,
  stored: NonNullable<Tensor['stored']>,
  codec: Codec,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const { start, numbers: bytes } of blocks(tensor, 1, stored)) {
    const bad = codec.name === 'F16' ? notFiniteF16(bytes) : notFiniteF32(bytes);
    if (bad >= 0) {
      const [number = NaN] = await tensor.read(start + bad, 1);
      throw unwritable(tensor, start + bad, number, codec.name);
    }
    yield bytes;
  }
}

function notFiniteF16(bytes: Uint8Array<ArrayBuffer>): number {
  const halves = new Uint16Array(bytes.buffer);
  for (let i = 0; i < halves.length; i++) {
    if (((halves[i] ?? 0) & 0x7c00) === 0x7c00) return i;
  }
  return -1;
}

function notFiniteF32(bytes: Uint8Array<ArrayBuffer>): number {
  return firstNotFinite(new Int32Array(bytes.buffer));
}

/** AppError `invalid-file` that names the tensor and where in it the number stands, counted from 0. */
export function unwritable(tensor: Tensor, position: number, number: number, type: string): AppError {
  const width = rowLength(tensor);
  const at =
    tensor.shape.length < 2
      ? `number ${position}`
      : `row ${Math.floor(position / width)}, column ${position % width}`;
  const expected = Number.isFinite(number) ? `weights in the range of ${type}` : 'finite weights';
  return new AppError('invalid-file', `tensor "${tensor.name}", ${at}: expected ${expected}, got ${number}`);
}
