import type { OutFile } from '../core/convert/types.ts';
import { AppError } from '../core/errors.ts';
import type { FileRecord } from '../core/model.ts';
import type { PieceHash } from './piece-hash.ts';
import { readAhead } from './read-ahead.ts';
import { storedName } from './stored-name.ts';

/** Where one file's bytes go; a FileSystemSyncAccessHandle fits as it is. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
}

export type OpenSink = (name: string) => Promise<Sink>;

export interface WriteOptions {
  readonly open: OpenSink;
  /** A new SHA-256 of a file of so many bytes. */
  readonly sha256: (sizeBytes: number) => Promise<PieceHash>;
  /** Free room, where it is known: too little is refused before the first byte. */
  readonly freeBytes?: number;
  /** Bytes done so far, over all files. */
  readonly onBytes: (done: number) => void;
}

/** Writes files piece by piece and hashes them on the way; AppError `storage-full` names what is needed and free. */
export async function writeFiles(
  files: readonly OutFile[],
  options: WriteOptions,
): Promise<readonly FileRecord[]> {
  const needed = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  checkRoom(needed, options.freeBytes);
  const written: FileRecord[] = [];
  let before = 0;
  for (const [at, file] of files.entries()) {
    const sink = await options.open(storedName(at, file.name));
    try {
      const report = (done: number): void => {
        options.onBytes(before + done);
      };
      written.push({
        name: file.name,
        sizeBytes: file.sizeBytes,
        sha256: await writeOne(file, sink, await options.sha256(file.sizeBytes), report, (done) =>
          full(needed - before - done, undefined),
        ),
      });
    } finally {
      sink.close();
    }
    before += file.sizeBytes;
  }
  return written;
}

async function writeOne(
  file: OutFile,
  sink: Sink,
  hash: PieceHash,
  onBytes: (done: number) => void,
  noRoom: (done: number) => AppError,
): Promise<string> {
  let at = 0;
  for await (const bytes of readAhead(file.chunks())) {
    const { length } = bytes;
    const written = writeAt(sink, bytes, at);
    if (written !== length) throw noRoom(at + written);
    await hash.update(bytes);
    at += length;
    onBytes(at);
  }
  if (at !== file.sizeBytes) {
    throw new AppError('internal', `${file.name}: expected ${file.sizeBytes} bytes to be made, got ${at}`);
  }
  sink.flush();
  return hash.digest();
}

/** Bytes written; fewer than asked for where the disk is full. */
function writeAt(sink: Sink, bytes: Uint8Array<ArrayBuffer>, at: number): number {
  try {
    return sink.write(bytes, { at });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') return 0;
    throw thrown;
  }
}

function checkRoom(needed: number, free: number | undefined): void {
  if (free !== undefined && needed > free) throw full(needed, free);
}

function full(needed: number, free: number | undefined): AppError {
  const got = free === undefined ? 'the disk is full' : `${free} bytes are free`;
  return new AppError('storage-full', `expected room for ${needed} bytes, ${got}`);
}
