import { bytesToHex } from '@noble/hashes/utils.js';
import { AppError } from '../../core/errors.ts';
import { streamSha256 } from '../../core/stream-hash.ts';

/** The browser's own SHA-256 is some four times faster but needs the whole file in memory. */
const WHOLE_BYTES = 256 * 1024 * 1024;
const REPORT_BYTES = 64 * 1024 * 1024;

/** Rejects with `model-checksum` unless the file's SHA-256 is `expected`. */
export async function verifyChecksum(
  file: Blob,
  expected: string,
  onFraction: (fraction: number) => void,
): Promise<void> {
  const got = file.size <= WHOLE_BYTES ? await hashWhole(file) : await hashStream(file, onFraction);
  onFraction(1);
  if (got !== expected) {
    throw new AppError(
      'model-checksum',
      `the model's SHA-256: expected ${expected}, got ${got}: the file is damaged or another one`,
    );
  }
}

async function hashWhole(file: Blob): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
}

async function hashStream(file: Blob, onFraction: (fraction: number) => void): Promise<string> {
  const hash = await streamSha256();
  const reader = file.stream().getReader();
  let done = 0;
  let reported = 0;
  for (;;) {
    const chunk = await reader.read();
    if (chunk.done) return hash.digest();
    hash.update(chunk.value);
    done += chunk.value.length;
    if (done - reported < REPORT_BYTES) continue;
    reported = done;
    onFraction(done / file.size);
  }
}
