/** Types in which weights come in safetensors files that Assay reads. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** A tensor that is read piece by piece; a gigabyte of it is never in memory at once. */
export interface Tensor {
  readonly name: string;
  /** Row-major, as PyTorch gives it: `[out, in]` for a linear layer. */
  readonly shape: readonly number[];
  /** In which its numbers are stored; of a computed one, the narrowest type that holds them exactly or `F32`. */
  readonly type: FloatType;
  /** `count` numbers from number `start` on, flat. Rejects with AppError `invalid-file`. */
  read(start: number, count: number): Promise<Float32Array>;
  /** The same numbers as they are stored in `type`, little-endian; absent of tensors that are computed. */
  readonly stored?: (start: number, count: number) => Promise<Uint8Array<ArrayBuffer>>;
}

export type Tensors = ReadonlyMap<string, Tensor>;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
