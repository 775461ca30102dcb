import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { storedTensor } from '../tensors/stored.ts';
import type { FloatType, Tensor, Tensors } from '../tensors/types.ts';
import { readSafetensorsHeader } from './header.ts';
import { parseIndex, type ShardIndex } from './shard-index.ts';
import { NOT_WEIGHTS, refused, type HeaderTensor } from './types.ts';

export interface NamedFile {
  /** As the index names it. */
  readonly name: string;
  readonly file: BinaryFile;
}

/**
 * The weights of one safetensors file or of all shards. With `index` (the parsed model.safetensors.index.json) only the
 * files that it names are opened, and both must agree. Integers of 16 bits and more are no weights and are left out; numbers
 * in 8 or 64 bits are listed, and refused when they are read. Rejects with AppError `invalid-file`, `not-found` or `model-unsupported`.
 */
export async function openSafetensors(files: readonly NamedFile[], index?: unknown): Promise<Tensors> {
  const shards = index === undefined ? undefined : parseIndex(index);
  const wanted = shards === undefined ? files : filesOf(shards, files);
  if (wanted.length === 0) throw new AppError('not-found', 'expected a safetensors file, got none');
  const tensors = new Map<string, Tensor>();
  const homes = new Map<string, string>();
  for (const { name, file } of wanted) {
    const header = await readSafetensorsHeader(name, file);
    for (const entry of header.tensors) {
      const home = homes.get(entry.name);
      if (home !== undefined) throw refused(name, `tensor "${entry.name}" once`, `it in "${home}" too`);
      homes.set(entry.name, name);
      if (!NOT_WEIGHTS.has(entry.dtype))
        tensors.set(entry.name, tensorOf(entry, name, file, header.dataOffset));
    }
  }
  if (shards !== undefined) compare(shards, homes);
  return tensors;
}

function filesOf(index: ShardIndex, files: readonly NamedFile[]): readonly NamedFile[] {
  const there = new Map(files.map((file) => [file.name, file]));
  return [...new Set(index.values())].map((name) => {
    const file = there.get(name);
    if (file !== undefined) return file;
    const names = files.map((each) => `"${each.name}"`).join(', ');
    throw new AppError('not-found', `safetensors index: expected file "${name}", got ${names || 'no file'}`, {
      place: { file: name },
    });
  });
}

function compare(index: ShardIndex, homes: ReadonlyMap<string, string>): void {
  for (const [tensor, file] of index) {
    const home = homes.get(tensor);
    if (home !== file)
      throw refused(
        file,
        `tensor "${tensor}", as the index says`,
        home === undefined ? 'none' : `it in "${home}"`,
      );
  }
  for (const [tensor, file] of homes) {
    if (!index.has(tensor)) throw refused(file, 'tensors of the index only', `"${tensor}"`);
  }
}

function floatType(dtype: string): FloatType | undefined {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16' ? dtype : undefined;
}

function tensorOf(entry: HeaderTensor, fileName: string, file: BinaryFile, dataOffset: number): Tensor {
  const { name, shape, dtype } = entry;
  const type = floatType(dtype);
  if (type !== undefined)
    return storedTensor({ name, shape, type, file, fileName, offset: dataOffset + entry.begin });
  const message = `"${fileName}", tensor "${name}": expected weights in F32, F16 or BF16, got ${dtype}`;
  return {
    name,
    shape,
    type: 'F32',
    read: () => Promise.reject(new AppError('model-unsupported', message, { place: { file: fileName } })),
  };
}
