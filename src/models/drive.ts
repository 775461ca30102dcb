import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { aborted, AppError } from '../core/errors.ts';
import type { FileRecord, ModelRecord } from '../core/model.ts';
import type { Survey } from '../core/recognise/types.ts';
import type { Destination, Imported, ImportJob, LocalFile, ModelImporter, Outcome } from './importer.ts';

/** Bytes done and in all, over everything that an import reads and writes. */
export type OnBytes = (done: number, total: number) => void;

/** Workers that hash what was handed in, beside the one that converts it. */
const HASHING_WORKERS = 2;

/** One question to a worker of its own, which ends with the answer, with `signal`, and with its own death. */
async function ask<T>(
  what: string,
  signal: AbortSignal,
  question: (worker: Remote<ModelImporter>) => Promise<Outcome<T>>,
): Promise<T> {
  if (signal.aborted) throw aborted();
  const worker = new Worker(new URL('../../workers/import-model.ts', import.meta.url), { type: 'module' });
  const importer = wrap<ModelImporter>(worker);
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new AppError('engine-crashed', `${what}: the import worker stopped: ${event.message}`));
    };
    stop = () => {
      reject(aborted());
    };
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    const outcome = await Promise.race([question(importer), ended]);
    if ('failure' in outcome) throw new AppError(outcome.failure.code, outcome.failure.message);
    return outcome.value;
  } finally {
    signal.removeEventListener('abort', stop);
    importer[releaseProxy]();
    worker.terminate();
  }
}

export function surveyFiles(
  files: readonly LocalFile[],
  known: readonly ModelRecord[],
  signal: AbortSignal,
): Promise<Survey> {
  return ask('survey', signal, (worker) => worker.survey(files, known));
}

/** Makes a model of a find, and hashes what was handed in at the same time; the first failure stops both. */
export async function makeModel(
  job: ImportJob,
  version: string,
  to: Destination,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<{ readonly imported: Imported; readonly sources: readonly FileRecord[] }> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const handedIn = job.target.to === 'as-is' ? [] : sourcesOf(job);
  const sourceBytes = handedIn.reduce((sum, { file }) => sum + file.size, 0);
  const count = { total: 0, made: 0, hashed: 0 };
  const tell = (): void => {
    onBytes(count.made + count.hashed, count.total + sourceBytes);
  };
  const making = ask(job.found.title, either, (worker) =>
    worker.run(
      job,
      version,
      to,
      proxy((total) => {
        count.total = total;
      }),
      proxy((done) => {
        count.made = done;
        tell();
      }),
    ),
  );
  const hashing = hashAll(handedIn, either, (bytes) => {
    count.hashed += bytes;
    tell();
  });
  try {
    const [imported, hashes] = await Promise.all([making, hashing]);
    return { imported, sources: job.target.to === 'as-is' ? imported.files : hashes };
  } catch (thrown) {
    failed.abort();
    await Promise.allSettled([making, hashing]);
    throw signal.aborted ? aborted() : thrown;
  }
}

/** Everything that goes into a model; files of one name in two folders keep their paths. */
function sourcesOf({ files, baseFiles, libraries, target }: ImportJob): readonly LocalFile[] {
  return [...files, ...(target.to === 'merged' ? baseFiles : []), ...(target.to === 'mlc' ? libraries : [])];
}

async function hashAll(
  files: readonly LocalFile[],
  signal: AbortSignal,
  onBytes: (more: number) => void,
): Promise<readonly FileRecord[]> {
  const records: FileRecord[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      const source = files[at];
      if (source === undefined) return;
      let before = 0;
      const sha256 = await ask(source.path, signal, (worker) =>
        worker.hash(
          source.file,
          proxy((done) => {
            onBytes(done - before);
            before = done;
          }),
        ),
      );
      records[at] = { name: source.path, sizeBytes: source.file.size, sha256 };
    }
  };
  await Promise.all(Array.from({ length: HASHING_WORKERS }, lane));
  return records;
}
