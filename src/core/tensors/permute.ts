import { AppError } from '../errors.ts';
import { checkRange } from './stored.ts';
import type { Tensor } from './types.ts';
import { rowLength } from './views.ts';

/**
 * The rows of a query or key projection in the order of llama.cpp's rotary embedding (`LlamaModel.permute` of
 * convert_hf_to_gguf.py: reshape to [heads, 2, rows / heads / 2, in], swap axes 1 and 2). Hugging Face rotates number `p` of a
 * head with number `p + half`; ggml's `NORM` kind rotates neighbours. `[out]` and `[out, in]`; `heads` must divide `out` into even parts.
 */
export function permuteHeads(tensor: Tensor, heads: number): Tensor {
  const length = tensor.shape[0] ?? 0;
  const perHead = length / heads;
  if (!Number.isInteger(perHead) || perHead % 2 !== 0) {
    throw new AppError(
      'invalid-file',
      `tensor "${tensor.name}": expected rows for ${heads} heads of even width, got ${length} rows`,
    );
  }
  const { name, shape, type } = tensor;
  return {
    name,
    shape,
    type,
    read: async (start, count) => {
      checkRange(tensor, start, count);
      return readPermuted(tensor, perHead, start, count);
    },
  };
}

/** Head by head: the source rows of a stretch of one head are two stretches of the same head. */
async function readPermuted(
  tensor: Tensor,
  perHead: number,
  start: number,
  count: number,
): Promise<Float32Array> {
  const width = rowLength(tensor);
  const first = Math.floor(start / width);
  const end = Math.ceil((start + count) / width);
  const out = new Float32Array((end - first) * width);
  for (let row = first; row < end;) {
    const head = Math.floor(row / perHead);
    const stop = Math.min(end, (head + 1) * perHead);
    await fillHead(tensor, out, { first, row, stop, head, perHead, width });
    row = stop;
  }
  const skip = start - first * width;
  return skip === 0 && out.length === count ? out : out.slice(skip, skip + count);
}

interface Stretch {
  /** The row that stands first in `out`. */
  readonly first: number;
  /** Rows `row` to `stop` (excluded) are wanted; all of them are in `head`. */
  readonly row: number;
  readonly stop: number;
  readonly head: number;
  readonly perHead: number;
  readonly width: number;
}

async function fillHead(tensor: Tensor, out: Float32Array, stretch: Stretch): Promise<void> {
  const { first, row, stop, head, perHead, width } = stretch;
  const half = perHead / 2;
  const base = head * perHead;
  const from = (row - base) >> 1;
  const pairs = ((stop - 1 - base) >> 1) + 1 - from;
  const whole = pairs === half;
  const lower = await tensor.read((base + from) * width, (whole ? perHead : pairs) * width);
  const upper = whole
    ? lower.subarray(half * width)
    : await tensor.read((base + half + from) * width, pairs * width);
  for (let r = row; r < stop; r++) {
    const within = r - base;
    const source = (within & 1) === 0 ? lower : upper;
    const at = ((within >> 1) - from) * width;
    out.set(source.subarray(at, at + width), (r - first) * width);
  }
}
