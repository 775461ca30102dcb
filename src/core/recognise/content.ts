import type { BinaryFile } from '../engine.ts';
import { MAX_HEADER_BYTES } from '../safetensors/header.ts';

/** What the first bytes of a file say that it is. */
export type Content =
  'gguf' | 'gguf-big-endian' | 'safetensors' | 'wasm' | 'json' | 'zip' | 'pickle' | 'empty' | 'other';

const HEAD_BYTES = 16;
const BRACE = 0x7b;

function startsWith(bytes: Uint8Array, ...start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

/** A length of 64 bits, then JSON: safetensors has no other mark. */
function isSafetensors(bytes: Uint8Array, size: number): boolean {
  if (bytes.length < 9 || bytes[8] !== BRACE) return false;
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return length >= 2 && length <= MAX_HEADER_BYTES && length + 8 <= size;
}

function isJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  return first === BRACE;
}

/** Reads the first bytes only; rejects where the file cannot be read. */
export async function contentOf(file: BinaryFile): Promise<Content> {
  if (file.size === 0) return 'empty';
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (startsWith(bytes, 0x47, 0x47, 0x55, 0x46)) {
    const version = bytes.length < 8 ? 0 : new DataView(bytes.buffer).getUint32(4, true);
    return version !== 0 && version % 0x10000 === 0 ? 'gguf-big-endian' : 'gguf';
  }
  if (startsWith(bytes, 0x46, 0x55, 0x47, 0x47)) return 'gguf-big-endian';
  if (startsWith(bytes, 0x00, 0x61, 0x73, 0x6d)) return 'wasm';
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) return 'zip';
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return 'pickle';
  if (isSafetensors(bytes, file.size)) return 'safetensors';
  return isJson(bytes) ? 'json' : 'other';
}
