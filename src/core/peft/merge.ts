import { checkRange } from '../tensors/stored.ts';
import type { Tensor, Tensors } from '../tensors/types.ts';
import { checkBase, type LoraPair, type PeftAdapter } from './adapter.ts';

/**
 * The base's tensors with the adapter in them: W + scale * B A, summed in float64 in the order of the ranks and rounded to
 * float32 once. Names, shapes and order are the base's. Throws as `checkBase` does.
 */
export function merged(base: Tensors, adapter: PeftAdapter): Tensors {
  checkBase(base, adapter);
  const pairs = new Map(adapter.pairs.map((pair) => [pair.name, pair]));
  return new Map(
    [...base].map(([name, weight]) => {
      const pair = pairs.get(name);
      return [name, pair === undefined ? weight : changed(weight, pair)];
    }),
  );
}

function changed(weight: Tensor, pair: LoraPair): Tensor {
  const { name, shape } = weight;
  const width = shape[1] ?? 0;
  return {
    name,
    shape,
    type: 'F32',
    read: async (start, count) => {
      checkRange(weight, start, count);
      if (count === 0) return new Float32Array(0);
      const first = Math.floor(start / width);
      const rows = Math.ceil((start + count) / width) - first;
      const [numbers, a, b] = await Promise.all([
        weight.read(start, count),
        pair.a.read(0, pair.rank * width),
        pair.b.read(first * pair.rank, rows * pair.rank),
      ]);
      const out = numbers.slice();
      addProduct(out, start - first * width, a, b, pair);
      return out;
    },
  };
}

/** Adds scale * b a to `out`, which begins at number `skip` of the product; `b` holds the rows that `out` touches. */
function addProduct(
  out: Float32Array,
  skip: number,
  a: Float32Array,
  b: Float32Array,
  { rank, scale }: LoraPair,
): void {
  const width = a.length / rank;
  const wide = new Float64Array(a); // once, instead of in every row
  const sums = new Float64Array(width);
  for (let row = 0, to = -skip; to < out.length; row++, to += width) {
    sums.fill(0);
    let r = 0;
    for (; r + FOUR <= rank; r += FOUR) addFour(sums, b, row * rank + r, wide, r * width);
    for (; r < rank; r++) addOne(sums, b[row * rank + r] ?? 0, wide, r * width);
    const from = Math.max(0, -to);
    const end = Math.min(width, out.length - to);
    for (let i = from; i < end; i++) out[to + i] = (out[to + i] ?? 0) + scale * (sums[i] ?? 0);
  }
}

function addOne(sums: Float64Array, factor: number, a: Float64Array, from: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + factor * (a[from + i] ?? 0);
}

const FOUR = 4;

/** Four ranks in one go: the sums, which are the slow part, are read and written once. The order of additions stays. */
function addFour(sums: Float64Array, b: Float32Array, at: number, a: Float64Array, from: number): void {
  const width = sums.length;
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = [b[at], b[at + 1], b[at + 2], b[at + 3]];
  for (let i = 0, j = from; i < width; i++, j++) {
    sums[i] =
      (sums[i] ?? 0) +
      b0 * (a[j] ?? 0) +
      b1 * (a[j + width] ?? 0) +
      b2 * (a[j + 2 * width] ?? 0) +
      b3 * (a[j + 3 * width] ?? 0);
  }
}
