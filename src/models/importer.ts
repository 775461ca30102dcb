import type { ErrorCode } from '../core/errors.ts';
import type { FileRecord, ModelRecord } from '../core/model.ts';
import type { FoundModel, ImportTarget, Survey } from '../core/recognise/types.ts';

/** A file from the user's disk. `path` is its place under what was dropped or picked. */
export interface LocalFile {
  readonly path: string;
  readonly file: File;
}

/** One model to be made of a find. */
export interface ImportJob {
  readonly found: FoundModel;
  readonly target: ImportTarget;
  /** The find's own files. */
  readonly files: readonly LocalFile[];
  /** Files of the base: of the folder it is merged with, or of the stored model that an adapter is put on. */
  readonly baseFiles: readonly LocalFile[];
  /** The model library (`.wasm`) of the same drop that it is made for; none where it becomes no MLC model. */
  readonly libraries: readonly LocalFile[];
  /** For an adapter that stays one: the model it is put on. */
  readonly base?: ModelRecord;
  /** For an adapter that is merged: its base's own record, where that was imported as a model of its own too. */
  readonly mergedWith?: ModelRecord;
}

/** Where an import writes, and how much room it may take. */
export interface Destination {
  /** Of its own and empty; undefined: read where it lies, nothing is written. */
  readonly folder?: FileSystemDirectoryHandle;
  /** Free room of this origin, where the browser says so. */
  readonly freeBytes?: number;
}

/** What the worker made of a find; the page adds when, by whom and under which name. */
export interface Imported {
  readonly facts: Pick<
    ModelRecord,
    | 'kind'
    | 'architecture'
    | 'quantisation'
    | 'parameters'
    | 'contextTokens'
    | 'cacheWidth'
    | 'hasChatTemplate'
  >;
  /** What was written, or, of a linked model, what was read; in the order in which an engine reads them. */
  readonly files: readonly FileRecord[];
  readonly conversion?: string;
  readonly templateSha256?: string;
  readonly adapter?: AdapterReading;
}

/** Of an adapter, what its files say. */
export interface AdapterReading {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly string[];
  readonly baseName?: string;
}

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Comlink drops an error's code, so a failure is a value. */
export type Outcome<T> = { readonly value: T } | { readonly failure: Failure };

/** What the page and the import worker say to each other. A worker that is no longer wanted is ended. */
export interface ModelImporter {
  survey(files: readonly LocalFile[], known: readonly ModelRecord[]): Promise<Outcome<Survey>>;
  /** `version` is the app's. `onStart` hears how many bytes there will be, `onBytes` how many are done. */
  run(
    job: ImportJob,
    version: string,
    to: Destination,
    onStart: (totalBytes: number) => void,
    onBytes: (done: number) => void,
  ): Promise<Outcome<Imported>>;
  /** SHA-256 of a file, read piece by piece. */
  hash(file: File, onBytes: (done: number) => void): Promise<Outcome<string>>;
}
