import * as v from 'valibot';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { checkLayout } from './layout.ts';
import { ELEMENT_BITS, refused, type HeaderTensor } from './types.ts';

/**
 * The header of a safetensors file: its length as 8 bytes, little-endian, then JSON, then the numbers. The format is that
 * of the reference implementation (github.com/huggingface/safetensors): no gaps between tensors, nothing after the last.
 */
export interface SafetensorsHeader {
  readonly tensors: readonly HeaderTensor[];
  /** `__metadata__`, texts only. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the numbers begin in the file. */
  readonly dataOffset: number;
}

/** The web's decoder, which Node and workers have too; the domain's library has no DOM types, so its shape stands here. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };

/**
 * The reference implementation allows 100 MB, which is a million tensors, and as hostile JSON takes a gigabyte and a half of memory
 * (measured). Real headers have at most a few megabytes.
 */
export const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const LENGTH_BYTES = 8;
const OPENING_BRACE = 0x7b;
/** Names that would reach into an object's prototype in a careless reader; no real tensor has them. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(natural), v.maxLength(8)),
  data_offsets: v.tuple([natural, natural]),
});
const metadataSchema = v.record(v.string(), v.string());
/** Reads and checks a header; rejects with AppError `invalid-file` or `model-unsupported`. */
export async function readSafetensorsHeader(name: string, file: BinaryFile): Promise<SafetensorsHeader> {
  const length = await readLength(name, file);
  const bytes = new Uint8Array(await file.slice(LENGTH_BYTES, LENGTH_BYTES + length).arrayBuffer());
  if (bytes.length !== length) throw refused(name, `a header of ${length} bytes`, `${bytes.length} bytes`);
  const parsed = parseJson(name, bytes);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refused(name, 'a JSON object as header', 'something else');
  const entries: [string, unknown][] = Object.entries(parsed);
  const dataOffset = LENGTH_BYTES + length;
  const tensors: HeaderTensor[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [key, value] of entries) {
    if (key === '__metadata__') metadata = readMetadata(name, value);
    else tensors.push(readEntry(name, key, value));
  }
  checkLayout(name, tensors, file.size - dataOffset);
  return { tensors, metadata, dataOffset };
}

async function readLength(name: string, file: BinaryFile): Promise<number> {
  if (file.size < LENGTH_BYTES + 2) {
    throw refused(name, 'a safetensors file', file.size === 0 ? 'an empty file' : `${file.size} bytes`);
  }
  const start = await file.slice(0, LENGTH_BYTES + 1).arrayBuffer();
  if (start.byteLength < LENGTH_BYTES + 1)
    throw refused(name, `${file.size} bytes`, `${start.byteLength} bytes`);
  const view = new DataView(start);
  const other = otherFormat(view);
  if (other !== undefined) throw refused(name, 'a safetensors file', other);
  const room = file.size - LENGTH_BYTES;
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER_BYTES, room))) {
    if (view.getBigUint64(0) <= BigInt(room) && view.getUint8(LENGTH_BYTES) === OPENING_BRACE)
      throw refused(name, 'a little-endian header length', 'a big-endian one');
    if (length > BigInt(MAX_HEADER_BYTES))
      throw refused(name, `a header of at most ${MAX_HEADER_BYTES} bytes`, String(length));
    throw refused(name, `a header of ${String(length)} bytes`, `${room} bytes: the file is cut short`);
  }
  if (view.getUint8(LENGTH_BYTES) !== OPENING_BRACE)
    throw refused(name, 'a JSON header that begins with "{"', `byte ${view.getUint8(LENGTH_BYTES)}`);
  return Number(length);
}

/** What is often named .safetensors by mistake, by its first bytes. */
function otherFormat(view: DataView): string | undefined {
  const magic = view.getUint32(0);
  if (magic === 0x504b0304) return 'a zip archive (as PyTorch writes .bin and .pt files)';
  if (magic === 0x47475546) return 'a GGUF file';
  if (magic === 0x89484446) return 'an HDF5 file';
  return undefined;
}

function parseJson(name: string, bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid-file', `"${name}": expected a header in UTF-8, got other bytes`, {
      cause,
      place: { file: name },
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-file', `"${name}": expected a header in JSON, got other text`, {
      cause,
      place: { file: name },
    });
  }
}

function readMetadata(name: string, value: unknown): ReadonlyMap<string, string> {
  const parsed = v.safeParse(metadataSchema, value);
  if (!parsed.success) throw refused(name, 'texts in "__metadata__"', parsed.issues[0].message);
  return new Map(Object.entries(parsed.output));
}

function readEntry(file: string, name: string, value: unknown): HeaderTensor {
  if (FORBIDDEN_NAMES.has(name)) throw refused(file, 'names of tensors', `"${name}"`);
  const parsed = v.safeParse(entrySchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw refused(
      file,
      `dtype, shape and data_offsets of tensor "${name}"`,
      `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`,
    );
  }
  const { dtype, shape, data_offsets: offsets } = parsed.output;
  if (!ELEMENT_BITS.has(dtype)) {
    throw new AppError(
      'model-unsupported',
      `"${file}", tensor "${name}": expected a dtype of ${[...ELEMENT_BITS.keys()].join(', ')}, got "${dtype}"`,
      { place: { file } },
    );
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] };
}
