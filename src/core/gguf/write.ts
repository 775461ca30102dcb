import type { OutFile } from '../convert/types.ts';
import { AppError } from '../errors.ts';
import type { Codec } from '../quantise/codec.ts';
import { encoded } from '../quantise/encoded.ts';
import { CODECS } from '../quantise/index.ts';
import { sizeOf, type Tensor } from '../tensors/types.ts';
import { TENSOR_TYPES } from './types.ts';
import { VALUE_TYPES, type GgufMetadata, type GgufTyped } from './values.ts';
import { ByteWriter } from './writer.ts';

/** A tensor as it is to stand in the file. `tensor.shape` is row-major; the file has it the other way round. */
export interface GgufTensorOut {
  readonly name: string;
  readonly tensor: Tensor;
  readonly type: Codec['name'];
}

const MAGIC = 0x46554747; // "GGUF", little-endian
const VERSION = 3;
const ALIGNMENT = 32;
/** GGML_MAX_NAME, which counts the closing zero. */
const MAX_NAME = 63;
const MAX_DIMENSIONS = 4;

/**
 * A GGUF file, version 3, little-endian, aligned to 32 bytes, as ggml/docs/gguf.md describes it; keys and tensors stand in
 * the order given. A tensor whose rows are no multiple of its type's block is written as F16, as llama.cpp does. Throws AppError
 * `internal` for what no GGUF file can hold; reading the file rejects with `invalid-file` for weights that are not finite.
 */
export function ggufFile(name: string, metadata: GgufMetadata, tensors: readonly GgufTensorOut[]): OutFile {
  const placed = place(tensors);
  const header = writeHeader(metadata, placed);
  const dataBytes = placed.reduce((sum, { bytes }) => sum + aligned(bytes), 0);
  return {
    name,
    sizeBytes: header.length + dataBytes,
    chunks: async function* () {
      yield header;
      for (const { tensor, codec, bytes } of placed) {
        yield* encoded(tensor, codec);
        const rest = aligned(bytes) - bytes;
        if (rest > 0) yield new Uint8Array(rest);
      }
    },
  };
}

/** The type in which a tensor is written: the one asked for, or F16 where rows do not fit its blocks. */
function fittingType(tensor: Pick<Tensor, 'shape'>, type: Codec['name']): Codec['name'] {
  const width = tensor.shape.at(-1) ?? 1;
  return width % CODECS[type].unit === 0 ? type : 'F16';
}

interface Placed {
  readonly name: string;
  readonly tensor: Tensor;
  readonly codec: Codec;
  readonly bytes: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

function place(tensors: readonly GgufTensorOut[]): readonly Placed[] {
  const names = new Set<string>();
  let offset = 0;
  return tensors.map(({ name, tensor, type }) => {
    if (names.has(name))
      throw new AppError('internal', `GGUF tensor "${name}": expected it once, got it twice`);
    names.add(name);
    if (name === '' || name.length > MAX_NAME)
      throw new AppError(
        'internal',
        `GGUF tensor "${name}": expected 1 to ${MAX_NAME} letters, got ${name.length}`,
      );
    if (tensor.shape.length > MAX_DIMENSIONS) {
      const got = `expected at most ${MAX_DIMENSIONS} dimensions, got ${tensor.shape.length}`;
      throw new AppError('internal', `GGUF tensor "${name}": ${got}`);
    }
    const codec = CODECS[fittingType(tensor, type)];
    const bytes = (sizeOf(tensor.shape) / codec.unit) * codec.bytes;
    const at = offset;
    offset += aligned(bytes);
    return { name, tensor, codec, bytes, offset: at };
  });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function writeHeader(metadata: GgufMetadata, tensors: readonly Placed[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.u32(MAGIC);
  writer.u32(VERSION);
  writer.u64(tensors.length);
  writer.u64(metadata.size);
  for (const [key, value] of metadata) {
    writer.string(key);
    writeValue(writer, key, value);
  }
  for (const { name, tensor, codec, offset } of tensors) {
    writer.string(name);
    writer.u32(tensor.shape.length);
    for (const length of tensor.shape.toReversed()) writer.u64(length);
    writer.u32(TYPE_NUMBERS.get(codec.name) ?? 0);
    writer.u64(offset);
  }
  writer.align(ALIGNMENT);
  return writer.finish();
}

const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(
  [...TENSOR_TYPES].map(([number, { name }]) => [name, number]),
);

function writeValue(writer: ByteWriter, key: string, typed: GgufTyped): void {
  writer.u32(VALUE_TYPES[typed.type]);
  switch (typed.type) {
    case 'bool':
      writer.bytes(Uint8Array.of(typed.value ? 1 : 0));
      break;
    case 'string':
      writer.string(typed.value);
      break;
    case 'array':
      writer.u32(VALUE_TYPES[typed.of]);
      writer.u64(typed.values.length);
      if (typed.of === 'string') for (const text of typed.values) writer.string(text);
      else for (const number of typed.values) writer.number(typed.of, number, key);
      break;
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
    case 'int32':
    case 'float32':
      writer.number(typed.type, typed.value, key);
  }
}
