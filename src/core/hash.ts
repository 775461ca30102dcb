import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes as 64 hex digits. */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** An unsigned 32-bit seed that depends on every part, and on nothing else. */
export function deriveSeed(...parts: readonly (string | number)[]): number {
  const digest = sha256(utf8ToBytes(JSON.stringify(parts)));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}
