import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { ByteReader, NeedMoreBytes } from './reader.ts';

/**
 * The header of a GGUF file, version 2 or 3, as specified in ggml/docs/gguf.md.
 *
 * A reader of our own rather than `@huggingface/gguf`: that one takes addresses only, pads a truncated file with zeros and
 * reads them as values, and its types need the DOM.
 */
export type GgufValue = number | boolean | string | readonly GgufValue[];

export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Number of the ggml type; see types.ts. */
  readonly type: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

/** Where something stands in the file, in bytes. */
export interface GgufPlace {
  readonly start: number;
  readonly end: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Of each metadata entry: its key, type and value. */
  readonly places: ReadonlyMap<string, GgufPlace>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensor data begins in the file. */
  readonly dataOffset: number;
  /** The data of each tensor begins at a multiple of it, in bytes. */
  readonly alignment: number;
}

const MAGIC = 0x46554747; // "GGUF", little-endian
const FIRST_READ_BYTES = 4 * 1024 * 1024;
/** A vocabulary of 262,000 tokens with its merges has some 10 MB. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
const MAX_KEYS = 100_000;
/** The largest public models have some 2,000. */
const MAX_TENSORS = 65_536;
/** Values of all arrays together: as numbers of JavaScript they take eight bytes each, whatever they take in the file. */
const MAX_LISTED = 8_000_000;
const MAX_DIMENSIONS = 4; // GGML_MAX_DIMS
const MAX_DIMENSION = 2 ** 40;
const DEFAULT_ALIGNMENT = 32;

/** Reads the header; rejects with AppError `invalid-file` or `model-unsupported`. */
export async function readGgufHeader(file: BinaryFile): Promise<GgufHeader> {
  let bytes = Math.min(file.size, FIRST_READ_BYTES);
  for (;;) {
    const buffer = await file.slice(0, bytes).arrayBuffer();
    try {
      return parseHeader(new ByteReader(buffer));
    } catch (thrown) {
      if (!(thrown instanceof NeedMoreBytes)) throw thrown;
      if (thrown.upTo > file.size) throw truncated(thrown.upTo, file.size);
      if (thrown.upTo > MAX_HEADER_BYTES) {
        throw new AppError(
          'invalid-file',
          `GGUF header: expected at most ${MAX_HEADER_BYTES} bytes, got more: the file is damaged`,
        );
      }
      bytes = Math.min(file.size, Math.max(bytes * 2, thrown.upTo));
    }
  }
}

export function truncated(expected: number, got: number): AppError {
  return new AppError(
    'invalid-file',
    `GGUF file: expected at least ${expected} bytes, got ${got}: the file is cut short`,
  );
}

function parseHeader(reader: ByteReader): GgufHeader {
  const version = readVersion(reader);
  const tensorCount = reader.count('number of tensors', MAX_TENSORS);
  const keyCount = reader.count('number of metadata keys', MAX_KEYS);
  const metadata = new Map<string, GgufValue>();
  const places = new Map<string, GgufPlace>();
  for (let i = 0; i < keyCount; i++) {
    const start = reader.offset;
    const key = reader.string('a metadata key');
    if (places.has(key)) throw twice('metadata key', key);
    metadata.set(key, readValue(reader, reader.u32(), key));
    places.set(key, { start, end: reader.offset });
  }
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const tensor = readTensor(reader);
    if (names.has(tensor.name)) throw twice('tensor', tensor.name);
    names.add(tensor.name);
    tensors.push(tensor);
  }
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1) {
    throw new AppError(
      'invalid-file',
      `GGUF header: general.alignment expected a positive integer, got ${String(alignment)}`,
    );
  }
  const dataOffset = Math.ceil(reader.offset / alignment) * alignment;
  return { version, metadata, places, tensors, dataOffset, alignment };
}

/** llama.cpp refuses it too; whoever takes one of the two may show another model than the one that runs. */
function twice(what: string, name: string): AppError {
  return new AppError('invalid-file', `GGUF header: expected each ${what} once, got "${name}" twice`);
}

function readVersion(reader: ByteReader): number {
  const magic = reader.u32();
  if (magic !== MAGIC) {
    const hex = magic.toString(16).padStart(8, '0');
    throw new AppError('invalid-file', `expected a GGUF file (first bytes 0x46554747), got 0x${hex}`);
  }
  const version = reader.u32();
  if (version === 2 || version === 3) return version;
  if (version !== 0 && version % 0x10000 === 0) {
    throw new AppError('model-unsupported', 'GGUF file: expected little-endian numbers, got big-endian ones');
  }
  throw new AppError('model-unsupported', `GGUF file: expected version 2 or 3, got ${version}`);
}

function readTensor(reader: ByteReader): GgufTensor {
  const name = reader.string('a tensor name');
  const dimensions = reader.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw new AppError(
      'invalid-file',
      `GGUF tensor "${name}": expected at most ${MAX_DIMENSIONS} dimensions, got ${dimensions}`,
    );
  }
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.push(reader.count(`a dimension of "${name}"`, MAX_DIMENSION));
  return {
    name,
    shape,
    type: reader.u32(),
    offset: reader.count(`offset of "${name}"`, Number.MAX_SAFE_INTEGER),
  };
}

/** Value types 0 to 12 of the specification. */
function readValue(reader: ByteReader, type: number, key: string): GgufValue {
  switch (type) {
    case 0:
      return reader.u8();
    case 1:
      return reader.i8();
    case 2:
      return reader.u16();
    case 3:
      return reader.i16();
    case 4:
      return reader.u32();
    case 5:
      return reader.i32();
    case 6:
      return reader.f32();
    case 7:
      return reader.u8() !== 0;
    case 8:
      return reader.string(`"${key}"`);
    case 9:
      return readArray(reader, key);
    case 10:
      return reader.u64();
    case 11:
      return reader.i64();
    case 12:
      return reader.f64();
    default:
      throw new AppError(
        'invalid-file',
        `GGUF metadata "${key}": expected a value type from 0 to 12, got ${type}`,
      );
  }
}

function readArray(reader: ByteReader, key: string): readonly GgufValue[] {
  const type = reader.u32();
  if (type === 9)
    throw new AppError('model-unsupported', `GGUF metadata "${key}": expected no arrays within arrays`);
  const length = reader.count(`length of "${key}"`, MAX_LISTED - reader.listed);
  reader.listed += length;
  const values: GgufValue[] = [];
  for (let i = 0; i < length; i++) values.push(readValue(reader, type, key));
  return values;
}
