import { bytesToHex } from '@noble/hashes/utils.js';
import { AppError, toAppError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import type { FileRecord } from '../core/model.ts';
import { streamSha256 } from '../core/stream-hash.ts';
import { survey } from '../core/recognise/survey.ts';
import { bytesOf, pieces } from './copy.ts';
import type { Destination, Imported, ImportJob, ModelImporter, Outcome } from './importer.ts';
import { make } from './make/make.ts';
import type { Made } from './make/types.ts';
import { Hashing, WHOLE_BYTES, type PieceHash } from './piece-hash.ts';
import { readAhead } from './read-ahead.ts';
import { sinksIn } from './sinks.worker.ts';
import { writeFiles } from './write.ts';

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const { code, message } = failureOf(thrown);
    return { failure: { code, message } };
  }
}

function failureOf(thrown: unknown): AppError {
  if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
    return new AppError('storage-full', 'expected room for the model, the disk is full', { cause: thrown });
  }
  return toAppError(thrown, 'invalid-file');
}

export function modelImporter(): ModelImporter {
  return {
    survey: (files, known) => outcome(() => survey(files, known)),
    run: (job, version, to, onStart, onBytes) => outcome(() => run(job, version, to, onStart, onBytes)),
    hash: (file, onBytes) => outcome(() => hashFile(file.name, file, onBytes)),
  };
}

async function run(
  job: ImportJob,
  version: string,
  { folder, freeBytes }: Destination,
  onStart: (totalBytes: number) => void,
  onBytes: (done: number) => void,
): Promise<Imported> {
  const hashing = new Hashing();
  const sha256 = (sizeBytes: number): Promise<PieceHash> => hashing.sha256(sizeBytes);
  try {
    const { files, chatTemplate, ...rest } = await make(job, version);
    onStart(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    const room = freeBytes === undefined ? {} : { freeBytes };
    const written =
      folder === undefined
        ? await hashFiles(files, sha256, onBytes)
        : await writeFiles(files, { open: sinksIn(folder), sha256, onBytes, ...room });
    return {
      ...rest,
      files: written,
      ...(chatTemplate === undefined ? {} : { templateSha256: hashText(chatTemplate) }),
    };
  } finally {
    hashing.end();
  }
}

/** Of a linked model nothing is written. */
async function hashFiles(
  files: Made['files'],
  sha256: (sizeBytes: number) => Promise<PieceHash>,
  onBytes: (done: number) => void,
): Promise<readonly FileRecord[]> {
  const records: FileRecord[] = [];
  let done = 0;
  for (const file of files) {
    const { name, sizeBytes } = file;
    const hash = await sha256(sizeBytes);
    for await (const bytes of readAhead(file.chunks())) {
      done += bytes.length;
      await hash.update(bytes);
      onBytes(done);
    }
    records.push({ name, sizeBytes, sha256: await hash.digest() });
  }
  return records;
}

/** The browser's pieces are of 64 KiB and more, some thousand for each gigabyte; progress is told less often. */
const REPORT_BYTES = 4 * 1024 * 1024;

async function hashFile(name: string, file: Blob, onBytes: (done: number) => void): Promise<string> {
  if (file.size <= WHOLE_BYTES) {
    const digest = await crypto.subtle.digest('SHA-256', await bytesOf(name, file));
    onBytes(file.size);
    return bytesToHex(new Uint8Array(digest));
  }
  const hash = await streamSha256();
  let done = 0;
  let told = 0;
  for await (const bytes of pieces(name, file)) {
    hash.update(bytes);
    done += bytes.length;
    if (done - told < REPORT_BYTES && done < file.size) continue;
    onBytes(done);
    told = done;
  }
  return hash.digest();
}
