import { AppError, toAppError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import type { FileRecord } from '../core/model.ts';
import { streamSha256 } from '../core/stream-hash.ts';
import { survey } from '../core/recognise/survey.ts';
import { pieces } from './copy.ts';
import type { Destination, Imported, ImportJob, ModelImporter, Outcome } from './importer.ts';
import { make } from './make/make.ts';
import type { Made } from './make/types.ts';
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
  const { files, chatTemplate, ...rest } = await make(job, version);
  onStart(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const room = freeBytes === undefined ? {} : { freeBytes };
  const written =
    folder === undefined
      ? await hashFiles(files, onBytes)
      : await writeFiles(files, { open: sinksIn(folder), onBytes, ...room });
  return {
    ...rest,
    files: written,
    ...(chatTemplate === undefined ? {} : { templateSha256: hashText(chatTemplate) }),
  };
}

/** Of a linked model nothing is written. */
async function hashFiles(
  files: Made['files'],
  onBytes: (done: number) => void,
): Promise<readonly FileRecord[]> {
  const records: FileRecord[] = [];
  let before = 0;
  for (const file of files) {
    const { name, sizeBytes } = file;
    const hash = await hashChunks(file.chunks(), (done) => {
      onBytes(before + done);
    });
    records.push({ name, sizeBytes, sha256: hash });
    before += sizeBytes;
  }
  return records;
}

function hashFile(name: string, file: Blob, onBytes: (done: number) => void): Promise<string> {
  return hashChunks(pieces(name, file), onBytes);
}

async function hashChunks(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (done: number) => void,
): Promise<string> {
  const hash = await streamSha256();
  let done = 0;
  for await (const bytes of chunks) {
    hash.update(bytes);
    done += bytes.length;
    onBytes(done);
  }
  return hash.digest();
}
