import { quantiseGroups, groupsOf } from '../quantise/groups.ts';
import { unwritable } from '../quantise/encoded.ts';
import { blocks } from '../tensors/blocks.ts';
import type { Tensor } from '../tensors/types.ts';

type Scales = Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/**
 * A matrix in MLC's groups of four bits, which is two parameters, words and scales. Both come out of one reading: the scales, a
 * sixteenth of the numbers, are kept until they are asked for. Asked for first, they are made by a reading of their own.
 */
export class GroupedTensor {
  readonly #tensor: Tensor;
  readonly #half: boolean;
  #kept: readonly Scales[] | undefined;

  /** `tensor` is `[out, in]`; `half`: scales and arithmetic in float16 (q4f16_1) instead of float32 (q4f32_1). */
  constructor(tensor: Tensor, half: boolean) {
    this.#tensor = tensor;
    this.#half = half;
  }

  /** Rejects with AppError `invalid-file` for weights that are not finite. */
  async *words(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const kept: Scales[] = [];
    for await (const { words, scales } of this.#quantised()) {
      kept.push(scales);
      yield new Uint8Array(words.buffer);
    }
    this.#kept = kept;
  }

  async *scales(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined) {
      for (const scales of kept) yield new Uint8Array(scales.buffer);
      return;
    }
    for await (const { scales } of this.#quantised()) yield new Uint8Array(scales.buffer);
  }

  async *#quantised(): AsyncGenerator<{ words: Uint32Array<ArrayBuffer>; scales: Scales }> {
    const tensor = this.#tensor;
    const width = tensor.shape[1] ?? 1;
    const per = groupsOf(width);
    for await (const { start, numbers } of blocks(tensor, width, (from, count) => tensor.read(from, count))) {
      const rows = numbers.length / width;
      const words = new Uint32Array(rows * per.words);
      const count = rows * per.groups;
      const scales = this.#half ? new Uint16Array(count) : new Float32Array(count);
      const bad = quantiseGroups(numbers, width, words, scales);
      if (bad >= 0) {
        const type = this.#half ? 'q4f16_1' : 'q4f32_1';
        throw unwritable(tensor, start + bad, numbers[bad] ?? 0, type);
      }
      yield { words, scales };
    }
  }
}
