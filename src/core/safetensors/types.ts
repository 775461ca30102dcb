import { AppError } from '../errors.ts';

/** A tensor as a header describes it. */
export interface HeaderTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the start of the numbers. */
  readonly begin: number;
  readonly end: number;
}

/** An AppError `invalid-file` that names the file and both sides. */
export function refused(file: string, expected: string, got: string): AppError {
  return new AppError('invalid-file', `"${file}": expected ${expected}, got ${got}`, { place: { file } });
}

/** Bits of one number of each dtype of the safetensors format (its `Dtype`). */
export const ELEMENT_BITS: ReadonlyMap<string, number> = new Map([
  ['F64', 64],
  ['F32', 32],
  ['F16', 16],
  ['BF16', 16],
  ['I64', 64],
  ['I32', 32],
  ['I16', 16],
  ['I8', 8],
  ['U64', 64],
  ['U32', 32],
  ['U16', 16],
  ['U8', 8],
  ['BOOL', 8],
  ['F8_E4M3', 8],
  ['F8_E5M2', 8],
]);

/** Counters, positions and masks, which are no weights; a model is complete without them. */
export const NOT_WEIGHTS: ReadonlySet<string> = new Set(['BOOL', 'I64', 'I32', 'I16', 'U64', 'U32', 'U16']);
