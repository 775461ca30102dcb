import type { LoadProgress } from '../../core/engine.ts';
import { AppError, toAppError } from '../../core/errors.ts';
import { checkFits, readGgufAdapter } from '../../core/gguf/adapter.ts';
import { readGguf, type GgufInfo } from '../../core/gguf/info.ts';
import { joinGguf } from '../../core/gguf/join.ts';
import { verifyChecksum } from '../shared/checksum.ts';
import type { HostFile, HostLoad } from '../shared/protocol.ts';

/** The files of a load, checked before llama.cpp sees them. */
export interface Opened {
  /** One whole GGUF file, put together by reference where it came in parts. */
  readonly file: Blob;
  readonly gguf: GgufInfo;
  readonly adapters: readonly Blob[];
  /** Of all of them. */
  readonly sizeBytes: number;
}

/** Rejects with `model-checksum`, `invalid-file` or `model-unsupported`, naming the file where there are several. */
export async function openFiles(
  { files, adapters }: HostLoad,
  onProgress: (progress: LoadProgress) => void,
): Promise<Opened> {
  const all = [...files, ...adapters];
  const sizeBytes = all.reduce((sum, { blob }) => sum + blob.size, 0);
  let done = 0;
  for (const { blob, sha256, ...file } of all) {
    await named(all.length > 1, file, () =>
      verifyChecksum(blob, sha256, (fraction) => {
        onProgress({ stage: 'open', fraction: (done + fraction * blob.size) / Math.max(1, sizeBytes) });
      }),
    );
    done += blob.size;
  }
  const file = await whole(files);
  const gguf = await readGguf(file);
  for (const adapter of adapters)
    await named(true, adapter, async () => {
      checkFits(await readGgufAdapter(adapter.blob), gguf);
    });
  return { file, gguf, adapters: adapters.map(({ blob }) => blob), sizeBytes };
}

async function whole(files: readonly HostFile[]): Promise<Blob> {
  const [only] = files;
  if (only !== undefined && files.length === 1) return only.blob;
  const pieces = await joinGguf(files.map(({ blob }) => blob));
  return new Blob(
    pieces.map((piece) => (piece instanceof Uint8Array ? piece : piece.file.slice(piece.start, piece.end))),
  );
}

async function named<T>(
  needed: boolean,
  { name }: Pick<HostFile, 'name'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toAppError(thrown, 'invalid-file');
    throw needed ? new AppError(error.code, `${name}: ${error.message}`, { cause: thrown }) : error;
  }
}
