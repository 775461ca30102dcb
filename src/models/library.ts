import { proxy, wrap } from 'comlink';
import { aborted, AppError } from '../core/errors.ts';
import type { ModelSource } from '../core/engine.ts';
import type { ModelRecord, StoredFile } from '../core/model.ts';
import { bundledModels } from './bundled.ts';
import type { ModelImporter } from './importer.ts';

/** Folder of models in the origin's private file system. */
const FOLDER = 'models';

export interface ModelFiles {
  /** The origin's private file system. */
  root(): Promise<FileSystemDirectoryHandle>;
  /** Address of the folder of bundled models, on the app's own origin. */
  readonly bundledUrl: string;
  now(): number;
}

/** The model files on this device: those that came with the app, and those the user has put into private storage. */
export class ModelLibrary {
  readonly #files: ModelFiles;

  constructor(files: ModelFiles) {
    this.#files = files;
  }

  async bundled(): Promise<readonly ModelRecord[]> {
    const response = await this.#fetchOwn('manifest.json');
    const json: unknown = await response.json();
    return bundledModels(json);
  }

  /** Copies a file in; the worker reads the header first, so that what is not a model is refused at once. */
  async add(file: File, onBytes: (done: number) => void, signal: AbortSignal): Promise<ModelRecord> {
    const folder = await this.#folder();
    const now = this.#files.now();
    const worker = new Worker(new URL('../../workers/import-model.ts', import.meta.url), { type: 'module' });
    const importer = wrap<ModelImporter>(worker);
    const storedAs = `${now}-${file.name.replace(/[^\w.-]+/g, '_').slice(-80)}`;
    const died = new Promise<never>((_, reject) => {
      worker.onerror = () => {
        reject(new AppError('engine-crashed', `${file.name}: the import worker stopped`));
      };
      signal.addEventListener('abort', () => void importer.cancel(), { once: true });
    });
    try {
      const outcome = await Promise.race([
        importer.importModel(file, folder, storedAs, now, proxy(onBytes)),
        died,
      ]);
      if ('failure' in outcome) throw new AppError(outcome.failure.code, outcome.failure.message);
      if (signal.aborted) throw aborted();
      return outcome.model;
    } finally {
      worker.terminate();
    }
  }

  async remove(model: ModelRecord): Promise<void> {
    if (model.location !== 'opfs') return;
    const folder = await this.#folder();
    for (const { path } of model.files) await folder.removeEntry(path);
  }

  /** Removes files that no record names: what an interrupted import has left. */
  async tidy(known: readonly ModelRecord[]): Promise<void> {
    const folder = await this.#folder();
    const named = new Set(known.flatMap(({ files }) => files.map(({ path }) => path)));
    for await (const name of folder.keys()) if (!named.has(name)) await folder.removeEntry(name);
  }

  source(model: ModelRecord): ModelSource {
    const { sha256, kind, label, sizeBytes } = model;
    const files = model.files.map((file) => ({ ...file, open: () => this.#open(model, file) }));
    return { sha256, kind, label, sizeBytes, files };
  }

  async #open(model: ModelRecord, { path }: StoredFile): Promise<Blob> {
    if (model.location === 'bundled') return (await this.#fetchOwn(path)).blob();
    try {
      return await (await (await this.#folder()).getFileHandle(path)).getFile();
    } catch (cause) {
      throw new AppError('not-found', `${model.label}: its file is no longer on this device`, { cause });
    }
  }

  async #fetchOwn(name: string): Promise<Response> {
    const response = await fetch(`${this.#files.bundledUrl}${name}`);
    if (!response.ok)
      throw new AppError('not-found', `${name}: expected the file, got status ${response.status}`);
    return response;
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    return (await this.#files.root()).getDirectoryHandle(FOLDER, { create: true });
  }
}
