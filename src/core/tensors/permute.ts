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

/** The heads that the wanted rows are in are read in one go, since every read costs a browser the time of some megabytes. */
async function readPermuted(
  tensor: Tensor,
  perHead: number,
  start: number,
  count: number,
): Promise<Float32Array> {
  const width = rowLength(tensor);
  const first = Math.floor(start / width);
  const end = Math.ceil((start + count) / width);
  const base = Math.floor(first / perHead) * perHead;
  const heads = await tensor.read(base * width, (Math.ceil(end / perHead) * perHead - base) * width);
  const out = new Float32Array((end - first) * width);
  for (let row = first; row < end; row++) {
    const at = (sourceRow(row, perHead) - base) * width;
    out.set(heads.subarray(at, at + width), (row - first) * width);
  }
  const skip = start - first * width;
  return skip === 0 && out.length === count ? out : out.slice(skip, skip + count);
}

/** Of each head the first row, the first of its second half, the second row, and so on. */
function sourceRow(row: number, perHead: number): number {
  const within = row % perHead;
  return row - within + (within >> 1) + (within & 1) * (perHead / 2);
}
