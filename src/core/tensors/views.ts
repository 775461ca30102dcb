import { AppError } from '../errors.ts';
import { checkRange } from './stored.ts';
import { sizeOf, type FloatType, type Tensor } from './types.ts';

/** Tensors made of others. They read what they need when they are read, and hold no numbers. */

/** Numbers in one row: what one step along the first axis covers. */
export function rowLength(tensor: Pick<Tensor, 'shape'>): number {
  return sizeOf(tensor.shape.slice(1));
}

/** The same numbers under another name. */
export function renamed(tensor: Tensor, name: string): Tensor {
  const { shape, type, stored } = tensor;
  return {
    name,
    shape,
    type,
    read: (start, count) => tensor.read(start, count),
    ...(stored === undefined ? {} : { stored: (start, count) => stored(start, count) }),
  };
}

/** Rows `from` to `to` (excluded) of the first axis. */
export function rows(tensor: Tensor, from: number, to: number): Tensor {
  const [length = 0, ...rest] = tensor.shape;
  if (from < 0 || to < from || to > length)
    throw refused(tensor, `rows within ${length}`, `rows ${from} to ${to}`);
  const view = { name: `${tensor.name}[${from}:${to}]`, shape: [to - from, ...rest], type: tensor.type };
  const offset = from * sizeOf(rest);
  const { stored } = tensor;
  return {
    ...view,
    read: async (start, count) => {
      checkRange(view, start, count);
      return tensor.read(offset + start, count);
    },
    ...(stored === undefined
      ? {}
      : {
          stored: async (start: number, count: number) => {
            checkRange(view, start, count);
            return stored(offset + start, count);
          },
        }),
  };
}

/** Tensors on top of one another along the first axis; all other axes must agree. */
export function concatRows(tensors: readonly Tensor[], name = tensors.map((t) => t.name).join('+')): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new AppError('internal', `tensor "${name}": expected parts, got none`);
  for (const other of tensors) {
    if (String(other.shape.slice(1)) !== String(first.shape.slice(1)) || other.shape.length === 0)
      throw refused(
        other,
        `rows as those of "${first.name}" [${String(first.shape)}]`,
        `[${String(other.shape)}]`,
      );
  }
  const length = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const view = { name, shape: [length, ...first.shape.slice(1)], type: commonType(tensors) };
  return {
    ...view,
    read: async (start, count) => {
      checkRange(view, start, count);
      return readAcross(tensors, start, count);
    },
  };
}

async function readAcross(tensors: readonly Tensor[], start: number, count: number): Promise<Float32Array> {
  const out = new Float32Array(count);
  let base = 0; // of the part, within all
  for (const part of tensors) {
    const size = sizeOf(part.shape);
    const from = Math.max(start, base);
    const to = Math.min(start + count, base + size);
    if (from < to) {
      const numbers = await part.read(from - base, to - from);
      if (numbers.length === count) return numbers;
      out.set(numbers, from - start);
    }
    base += size;
  }
  return out;
}

/** Each number plus one, in float32: Gemma stores its norms as the difference from 1. */
export function plusOne(tensor: Tensor): Tensor {
  return {
    name: tensor.name,
    shape: tensor.shape,
    type: 'F32',
    read: async (start, count) => (await tensor.read(start, count)).map((number) => number + 1),
  };
}

/** Rows of zeros at the end, up to `length` rows. */
export function padRows(tensor: Tensor, length: number): Tensor {
  const [own = 0, ...rest] = tensor.shape;
  if (own === length) return tensor;
  if (own > length) throw refused(tensor, `at most ${length} rows`, `${own}`);
  const view = { name: tensor.name, shape: [length, ...rest], type: tensor.type };
  const size = sizeOf(tensor.shape);
  return {
    ...view,
    read: async (start, count) => {
      checkRange(view, start, count);
      const out = new Float32Array(count);
      const real = Math.min(count, Math.max(0, size - start));
      if (real > 0) out.set(await tensor.read(start, real));
      return out;
    },
  };
}

/** The narrowest type that holds the numbers of all exactly. */
function commonType(tensors: readonly Tensor[]): FloatType {
  const types = new Set(tensors.map(({ type }) => type));
  const [only] = types;
  return types.size === 1 && only !== undefined ? only : 'F32';
}

function refused(tensor: Tensor, expected: string, got: string): AppError {
  return new AppError('invalid-file', `tensor "${tensor.name}": expected ${expected}, got ${got}`);
}
