import { AppError, toAppError } from '../core/errors.ts';
import type { ModelSource } from '../core/engine.ts';
import type { ModelRecord } from '../core/model.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { Store } from '../storage/types.ts';
import type { ModelsState, Progress } from './types.ts';

export class Models implements ModelsState {
  readonly #store: Store;
  readonly #library: ModelLibrary;
  readonly #now: () => number;
  #models = $state.raw<readonly ModelRecord[]>([]);
  #adding = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();
  #abort: AbortController | undefined;

  constructor(store: Store, library: ModelLibrary, now: () => number) {
    this.#store = store;
    this.#library = library;
    this.#now = now;
  }

  get models(): readonly ModelRecord[] {
    return this.#models;
  }

  get adding(): Progress | undefined {
    return this.#adding;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  async open(): Promise<void> {
    const [bundled, own] = await Promise.all([this.#library.bundled(), this.#store.listModels()]);
    this.#models = [...bundled, ...own];
    await this.#library.tidy(own);
  }

  async add(files: readonly File[]): Promise<readonly ModelRecord[]> {
    this.#error = undefined;
    const abort = new AbortController();
    this.#abort = abort;
    const added: ModelRecord[] = [];
    try {
      for (const file of files) added.push(await this.#addOne(file, abort.signal));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'aborted') this.#error = error;
    } finally {
      this.#adding = undefined;
    }
    return added;
  }

  cancelAdding(): void {
    this.#abort?.abort();
  }

  async remove(sha256: string): Promise<void> {
    const model = this.#models.find((candidate) => candidate.sha256 === sha256);
    if (model?.location !== 'opfs') return;
    try {
      await this.#library.remove(model);
      await this.#store.deleteModel(sha256);
      this.#models = this.#models.filter((other) => other !== model);
    } catch (thrown) {
      this.#error = toAppError(thrown);
    }
  }

  dismissError(): void {
    this.#error = undefined;
  }

  /** By SHA-256, or by the file name of a bundled model. */
  find(id: string): ModelRecord | undefined {
    return this.#models.find(
      ({ sha256, fileName, location }) => sha256 === id || (location === 'bundled' && fileName === id),
    );
  }

  /** @throws AppError `not-found` when the model is not on this device. */
  source(sha256: string, label: string): ModelSource {
    const model = this.find(sha256);
    if (model === undefined) {
      throw new AppError(
        'not-found',
        `${label} (SHA-256 ${sha256.slice(0, 12)}…) is not on this device; add its file first`,
      );
    }
    return this.#library.source(model);
  }

  async #addOne(file: File, signal: AbortSignal): Promise<ModelRecord> {
    const startedAt = this.#now();
    this.#adding = { what: `Adding ${file.name}`, fraction: 0 };
    const model = await this.#library.add(
      file,
      (done) => {
        const fraction = done / file.size;
        const leftMs = ((this.#now() - startedAt) * (1 - fraction)) / fraction;
        this.#adding = { what: `Adding ${file.name}`, fraction, leftMs };
      },
      signal,
    );
    const known = this.find(model.sha256);
    if (known !== undefined) {
      await this.#library.remove(model);
      return known;
    }
    const taken = this.#models.some(({ label }) => label === model.label);
    const named = taken ? { ...model, label: `${model.label} (${model.sha256.slice(0, 8)})` } : model;
    await this.#store.putModel(named);
    this.#models = [...this.#models, named];
    return named;
  }
}
