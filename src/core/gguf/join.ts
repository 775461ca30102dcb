import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { Held, Joined } from './files.ts';
import { readGgufHeader, type GgufPlace, type GgufTensor } from './header.ts';
import { bytesOf, checkSize, readGguf, type GgufInfo } from './info.ts';
import { inOrder, type GgufPart } from './split.ts';

/** A piece of a file that is put together: bytes of its own, or a stretch of a part. */
export type Piece<F extends BinaryFile> = Uint8Array<ArrayBuffer> | ({ readonly file: F } & GgufPlace);

/**
 * The parts of a split model as one whole file, by reference: a new header, and each part's weights. So everything that
 * reads a model knows whole files only, and adapters can lie beside it (llama.cpp finds parts by their names, and wllama
 * names an adapter as if it were a part). The parts may come in any order. Rejects with `invalid-file` where one is missing
 * or belongs to another model.
 */
export async function joinGguf<F extends BinaryFile>(files: readonly F[]): Promise<readonly Piece<F>[]> {
  const parts = await Promise.all(files.map(async (file) => ({ file, header: await readGgufHeader(file) })));
  const ordered = inOrder(parts);
  const [first] = ordered;
  if (first === undefined) throw new AppError('invalid-file', 'expected a GGUF file, got none');
  for (const { file, header } of ordered) checkSize(header, file.size);
  const { alignment } = first.header;
  const tensors: GgufTensor[] = [];
  const data: Piece<F>[] = [];
  let offset = 0;
  for (const { file, header } of ordered) {
    for (const tensor of header.tensors) tensors.push({ ...tensor, offset: offset + tensor.offset });
    const length = header.tensors.reduce((end, tensor) => Math.max(end, tensor.offset + bytesOf(tensor)), 0);
    const padding = padOf(length, alignment);
    data.push({ file, start: header.dataOffset, end: header.dataOffset + length }, new Uint8Array(padding));
    offset += length + padding;
  }
  return [...head(first, tensors), ...data];
}

function padOf(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment - length;
}

/** The first part's metadata without what it says of the split, and where all tensors now lie. */
function head<F extends BinaryFile>(
  { file, header }: GgufPart<F>,
  tensors: readonly GgufTensor[],
): readonly Piece<F>[] {
  const kept = [...header.places].filter(([key]) => !key.startsWith('split.')).map(([, place]) => place);
  const infos = concatBytes(...tensors.map(infoBytes));
  const length = kept.reduce((sum, { start, end }) => sum + end - start, COUNTS_BYTES + infos.length);
  return [
    countsBytes(header.version, tensors.length, kept.length),
    ...kept.reduce(joined, []).map((place) => ({ file, ...place })),
    concatBytes(infos, new Uint8Array(padOf(length, header.alignment))),
  ];
}

/** Neighbouring stretches become one. */
function joined(done: readonly GgufPlace[], next: GgufPlace): readonly GgufPlace[] {
  const last = done.at(-1);
  if (last?.end !== next.start) return [...done, next];
  return [...done.slice(0, -1), { start: last.start, end: next.end }];
}

const COUNTS_BYTES = 24;

function countsBytes(version: number, tensors: number, keys: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(COUNTS_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([0x47, 0x47, 0x55, 0x46]); // "GGUF"
  view.setUint32(4, version, true);
  view.setBigUint64(8, BigInt(tensors), true);
  view.setBigUint64(16, BigInt(keys), true);
  return bytes;
}

function infoBytes({ name, shape, type, offset }: GgufTensor): Uint8Array<ArrayBuffer> {
  const text = utf8ToBytes(name);
  const bytes = new Uint8Array(8 + text.length + 4 + 8 * shape.length + 4 + 8);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const u64 = (value: number): void => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  u64(text.length);
  bytes.set(text, at);
  at += text.length;
  u32(shape.length);
  shape.forEach(u64);
  u32(type);
  u64(offset);
  return bytes;
}

/** Reads a model of one file or of several parts, as `readGguf` does. */
export async function readGgufParts(files: readonly BinaryFile[]): Promise<GgufInfo> {
  const [only] = files;
  if (only !== undefined && files.length === 1) return readGguf(only);
  const pieces = await joinGguf(files);
  return readGguf(
    new Joined(
      pieces.map((piece) =>
        piece instanceof Uint8Array ? new Held(piece) : piece.file.slice(piece.start, piece.end),
      ),
    ),
  );
}
