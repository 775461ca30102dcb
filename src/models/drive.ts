import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { aborted, AppError } from '../core/errors.ts';
import type { FileRecord, ModelRecord } from '../core/model.ts';
import type { Survey } from '../core/recognise/types.ts';
import type { Destination, Imported, ImportJob, LocalFile, ModelImporter, Outcome } from './importer.ts';

/** Bytes done and in all, over everything that an import reads and writes. */
export type OnBytes = (done: number, total: number) => void;

/** Workers that hash what was handed in, beside the one that converts it. */
const HASHING_WORKERS = 2;

/** One worker and what it can be asked. */
interface Hand {
  readonly worker: Worker;
  readonly importer: Remote<ModelImporter>;
}

function start(): Hand {
  const worker = new Worker(new URL('../../workers/import-model.ts', import.meta.url), { type: 'module' });
  return { worker, importer: wrap<ModelImporter>(worker) };
}

function end({ worker, importer }: Hand): void {
  importer[releaseProxy]();
  worker.terminate();
}

/** Workers that look into files, hash them and make models of them. One stays ready for the next question. */
export class ImportWorkers {
  #idle: Hand | undefined;
  /** A File is what it was when it was handed in, or cannot be read: a base is hashed once for a series that is merged with it. */
  readonly #hashes = new WeakMap<File, string>();

  survey(files: readonly LocalFile[], known: readonly ModelRecord[], signal: AbortSignal): Promise<Survey> {
    return this.#ask('looking into the files', signal, (worker) => worker.survey(files, known));
  }

  /** Makes a model of a find, and hashes what was handed in at the same time; the first failure stops both. */
  async make(
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
    const making = this.#ask(job.found.title, either, (worker) =>
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
    const hashing = this.#hashAll(handedIn, either, (bytes) => {
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

  async #hashAll(
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
        const sha256 = await this.#hash(source, signal, onBytes);
        records[at] = { name: source.path, sizeBytes: source.file.size, sha256 };
      }
    };
    await Promise.all(Array.from({ length: HASHING_WORKERS }, lane));
    return records;
  }

  async #hash(
    { path, file }: LocalFile,
    signal: AbortSignal,
    onBytes: (more: number) => void,
  ): Promise<string> {
    const known = this.#hashes.get(file);
    if (known !== undefined) {
      onBytes(file.size);
      return known;
    }
    let before = 0;
    const onDone = proxy((done: number) => {
      onBytes(done - before);
      before = done;
    });
    const sha256 = await this.#ask(path, signal, (worker) => worker.hash(file, onDone));
    this.#hashes.set(file, sha256);
    return sha256;
  }

  /** One question to a worker of its own; it is ended with `signal`, for that stops it wherever it is, and when it has died. */
  async #ask<T>(
    what: string,
    signal: AbortSignal,
    question: (worker: Remote<ModelImporter>) => Promise<Outcome<T>>,
  ): Promise<T> {
    if (signal.aborted) throw aborted();
    const hand = this.#idle ?? start();
    this.#idle = undefined;
    const { worker, importer } = hand;
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
    ended.catch(() => undefined); // raced with the answer; after that nobody waits for it
    signal.addEventListener('abort', stop, { once: true });
    let alive = false;
    try {
      const outcome = await Promise.race([question(importer), ended]);
      alive = true;
      if ('failure' in outcome) throw new AppError(outcome.failure.code, outcome.failure.message);
      return outcome.value;
    } finally {
      signal.removeEventListener('abort', stop);
      if (alive) this.#keep(hand);
      else end(hand);
    }
  }

  #keep(hand: Hand): void {
    if (this.#idle === undefined) this.#idle = hand;
    else end(hand);
  }
}

/** Everything that goes into a model; files of one name in two folders keep their paths. */
function sourcesOf({ files, baseFiles, libraries, target }: ImportJob): readonly LocalFile[] {
  return [...files, ...(target.to === 'merged' ? baseFiles : []), ...libraries];
}
