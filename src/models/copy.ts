import type { OutFile } from '../core/convert/types.ts';
import { AppError } from '../core/errors.ts';

/** Large enough that hashing, not calling, takes the time. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/** A file as it is, read one piece ahead of whoever takes the pieces. */
export function copyOf(name: string, file: Blob): OutFile {
  return { name, sizeBytes: file.size, chunks: () => pieces(name, file) };
}

export async function* pieces(name: string, file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let next = read(name, file, 0);
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const bytes = await next;
    if (at + CHUNK_BYTES < file.size) next = read(name, file, at + CHUNK_BYTES);
    next.catch(() => undefined); // awaited in the next round, unless the taker stops before
    yield bytes;
  }
}

async function read(name: string, file: Blob, at: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer());
  } catch (cause) {
    const message = `${name}: it could not be read; it may have been changed or moved since it was chosen`;
    throw new AppError('not-found', message, { cause });
  }
}
