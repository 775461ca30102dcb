import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { readGgufHeader, type GgufHeader } from './header.ts';
import { index, optional } from './metadata.ts';

/** What one part of a split model says of itself (llama.cpp's gguf-split). */
export interface GgufSplit {
  /** From 0. */
  readonly part: number;
  readonly count: number;
  /** Of all parts together. */
  readonly tensors: number;
}

/** Undefined for a whole file; rejects with AppError `invalid-file` or `model-unsupported`. */
export async function readGgufSplit(file: BinaryFile): Promise<GgufSplit | undefined> {
  return splitOf(await readGgufHeader(file));
}

function splitOf(header: GgufHeader): GgufSplit | undefined {
  const count = optional(header, 'split.count', index) ?? 0;
  if (count <= 1) return undefined;
  return {
    part: optional(header, 'split.no', index) ?? 0,
    count,
    tensors: optional(header, 'split.tensors.count', index) ?? 0,
  };
}

export interface GgufPart<F extends BinaryFile> {
  readonly file: F;
  readonly header: GgufHeader;
}

/** The parts by number, or the one whole file; `invalid-file` unless they are one model's, all of them, each once. */
export function inOrder<F extends BinaryFile>(parts: readonly GgufPart<F>[]): readonly GgufPart<F>[] {
  const [first] = parts;
  const expected = first === undefined ? undefined : splitOf(first.header);
  if (expected === undefined) {
    if (parts.length === 1) return parts;
    throw new AppError(
      'invalid-file',
      `expected one GGUF file or the parts of one, got ${parts.length} files`,
    );
  }
  const { count, tensors } = expected;
  const byNumber = new Map<number, GgufPart<F>>();
  for (const part of parts) {
    const split = splitOf(part.header);
    if (split?.count !== count || split.tensors !== tensors)
      throw new AppError(
        'invalid-file',
        `expected ${count} parts of one model with ${tensors} tensors, got one of ${split?.count ?? 1} with ${split?.tensors ?? part.header.tensors.length}`,
      );
    if (byNumber.has(split.part))
      throw new AppError(
        'invalid-file',
        `expected each part of the model once, got part ${split.part + 1} twice`,
      );
    byNumber.set(split.part, part);
  }
  const ordered = Array.from({ length: count }, (_, part) => {
    const found = byNumber.get(part);
    if (found !== undefined) return found;
    throw new AppError(
      'invalid-file',
      `expected all ${count} parts of the model, part ${part + 1} is missing`,
    );
  });
  checkTensors(ordered, tensors);
  return ordered;
}

function checkTensors(parts: readonly GgufPart<BinaryFile>[], expected: number): void {
  const names = parts.flatMap(({ header }) => header.tensors.map(({ name }) => name));
  if (names.length !== expected || new Set(names).size !== expected)
    throw new AppError(
      'invalid-file',
      `the model's parts: expected ${expected} tensors of different names, got ${names.length}, ${new Set(names).size} different`,
    );
}
