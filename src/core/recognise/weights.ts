import type { NamedTensor } from '../huggingface/names.ts';
import { sizeOf, type Tensor } from '../tensors/types.ts';

/** Bytes per weight of ggml's types: a block of 32 is a 16-bit scale and 8 or 4 bits a weight. */
export const GGUF_TYPES = [
  { quantisation: 'F16', bytesPerWeight: 2 },
  { quantisation: 'Q8_0', bytesPerWeight: 34 / 32 },
  { quantisation: 'Q4_0', bytesPerWeight: 18 / 32 },
] as const;

/** Vectors stay in 32-bit floats. */
const VECTOR_BYTES = 4;

/** About the bytes of a GGUF file: its weights and its vocabulary. */
export function ggufBytes(
  tensors: readonly NamedTensor[],
  bytesPerWeight: number,
  vocabularyBytes: number,
): number {
  const weights = tensors.reduce(
    (sum, { kind, shape }) => sum + sizeOf(shape) * (kind === 'vector' ? VECTOR_BYTES : bytesPerWeight),
    0,
  );
  return Math.round(weights + vocabularyBytes);
}

/** The type that most of the weights come in. */
export function mainType(tensors: Iterable<Tensor>): string | undefined {
  const counts = new Map<string, number>();
  for (const { type, shape } of tensors) counts.set(type, (counts.get(type) ?? 0) + sizeOf(shape));
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
