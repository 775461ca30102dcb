import { aborted, AppError, toAppError } from '../core/errors.ts';
import type { ModelSource } from '../core/engine.ts';
import type { ModelRecord } from '../core/model.ts';
import { firstChoices, planImports } from '../core/recognise/plan.ts';
import type { ImportChoice } from '../core/recognise/types.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { Store } from '../storage/types.ts';
import { importAll, type Added, type Drop } from './adding.ts';
import type { AcceptOptions, LocalFile, ModelsState, Progress, Review } from './types.ts';

/** Setting: who imported last. */
const IMPORTED_BY = 'imported-by';

export class Models implements ModelsState {
  readonly #store: Store;
  readonly #library: ModelLibrary;
  readonly #now: () => number;
  #models = $state.raw<readonly ModelRecord[]>([]);
  #adding = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();
  #review = $state.raw<Review | undefined>();
  #locked = $state.raw<ReadonlySet<string>>(new Set());
  #drop: Drop | undefined;
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

  get review(): Review | undefined {
    return this.#review;
  }

  get locked(): ReadonlySet<string> {
    return this.#locked;
  }

  async open(): Promise<void> {
    const [bundled, own] = await Promise.all([this.#library.bundled(), this.#store.listModels()]);
    this.#models = [...bundled, ...own];
    await this.checkAccess();
    try {
      await this.#library.tidy(() => this.#store.listModels());
    } catch (thrown) {
      this.#error = toAppError(thrown); // left-overs take room; everything else goes on
    }
  }

  async inspect(files: readonly LocalFile[], folder?: FileSystemDirectoryHandle): Promise<void> {
    this.dismissReview();
    await this.#work(async (signal) => {
      const drop = await this.#look(files, folder, signal);
      const [freeBytes, importedBy] = await Promise.all([
        this.#library.freeBytes(),
        this.#store.getSetting(IMPORTED_BY),
      ]);
      if (signal.aborted) throw aborted();
      this.#drop = drop;
      this.#review = {
        ...drop.survey,
        canLink: folder !== undefined,
        ...(freeBytes === undefined ? {} : { freeBytes }),
        ...(typeof importedBy === 'string' ? { importedBy } : {}),
      };
    });
  }

  async accept(choices: readonly ImportChoice[], options: AcceptOptions): Promise<readonly ModelRecord[]> {
    const drop = this.#drop;
    if (drop === undefined) return [];
    this.dismissReview();
    return (await this.#import(drop, choices, options)).map(({ model }) => model);
  }

  dismissReview(): void {
    this.#review = undefined;
    this.#drop = undefined;
  }

  async add(files: readonly LocalFile[]): Promise<readonly ModelRecord[]> {
    return (await this.addAll(files)).map(({ model }) => model);
  }

  /** The same, with what each model was made of. */
  async addAll(files: readonly LocalFile[]): Promise<readonly Added[]> {
    let added: readonly Added[] = [];
    let drop: Drop | undefined;
    await this.#work(async (signal) => {
      drop = await this.#look(files, undefined, signal);
    });
    if (drop === undefined) return added;
    const choices = firstChoices(drop.survey.found);
    added = await this.#import(drop, choices, { link: false });
    this.#error ??= refusal(drop);
    return added;
  }

  async allow(sha256: string): Promise<boolean> {
    const model = this.find(sha256);
    if (model?.location !== 'folder') return model !== undefined;
    try {
      const allowed = await this.#library.canRead(model, true);
      await this.checkAccess(); // what is allowed for a folder holds for every model in it
      return allowed;
    } catch (thrown) {
      this.#error = toAppError(thrown, 'permission');
      return false;
    }
  }

  async checkAccess(): Promise<void> {
    const linked = this.#models.filter(({ location }) => location === 'folder');
    const locked = await Promise.all(
      linked.map(async (model) => {
        // A folder that cannot even be asked about cannot be read.
        const readable = await this.#library.canRead(model, false).catch(() => false);
        return readable ? [] : [model.sha256];
      }),
    );
    this.#locked = new Set(locked.flat());
  }

  cancelAdding(): void {
    this.#abort?.abort();
  }

  async remove(sha256: string): Promise<void> {
    const model = this.#models.find((candidate) => candidate.sha256 === sha256);
    if (model === undefined || model.location === 'bundled') return;
    try {
      await this.#readStored();
      const adapters = this.#models.filter(({ base }) => base === sha256);
      if (adapters.length > 0) throw stillNeeded(model, adapters);
      // The record goes first: files that no record names are removed at the next start, should this stop in between.
      await this.#store.deleteModel(sha256);
      this.#models = this.#models.filter((other) => other.sha256 !== sha256);
      await this.#library.remove(model);
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

  /** @throws AppError `not-found` when the model, or the base that it is put on, is not on this device. */
  source(sha256: string, label: string): ModelSource {
    const model = this.#needed(sha256, label);
    if (model.base === undefined) return this.#library.source(model);
    return this.#library.source(model, this.#needed(model.base, `the base of ${label}`));
  }

  #needed(sha256: string, label: string): ModelRecord {
    const model = this.find(sha256);
    if (model !== undefined) return model;
    throw new AppError(
      'not-found',
      `${label} (SHA-256 ${sha256.slice(0, 12)}…) is not on this device; add its file first`,
    );
  }

  async #look(
    files: readonly LocalFile[],
    folder: FileSystemDirectoryHandle | undefined,
    signal: AbortSignal,
  ): Promise<Drop> {
    const count = files.length === 1 ? 'a file' : `${files.length} files`;
    this.#adding = { what: `Looking into ${count}`, fraction: 0 };
    const survey = await this.#library.survey(files, this.#models, signal);
    return { files, survey, ...(folder === undefined ? {} : { folder }) };
  }

  async #import(
    drop: Drop,
    choices: readonly ImportChoice[],
    options: AcceptOptions,
  ): Promise<readonly Added[]> {
    let added: readonly Added[] = [];
    await this.#work(async (signal) => {
      const plan = planImports(choices, drop.survey.found);
      if (options.importedBy !== undefined) await this.#store.putSetting(IMPORTED_BY, options.importedBy);
      const done = await importAll(plan, {
        ...{ library: this.#library, drop, options, signal, now: this.#now },
        find: (sha256) => this.find(sha256),
        keep: (model) => this.#keep(model),
        onProgress: (progress) => {
          this.#adding = progress;
        },
      });
      ({ added } = done);
      const [first] = done.errors;
      if (first !== undefined) throw severalIn(first, done.errors.length);
    });
    return added;
  }

  /** One piece of work that can be cancelled; its failure becomes `error`. A second one ends the first. */
  async #work(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#error = undefined;
    try {
      await work(abort.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'aborted') this.#error = error;
    } finally {
      if (this.#abort === abort) {
        this.#abort = undefined;
        this.#adding = undefined;
      }
    }
  }

  async #keep(model: ModelRecord): Promise<{ model: ModelRecord; isNew: boolean }> {
    await this.#readStored();
    const known = this.find(model.sha256);
    if (known !== undefined) return { model: known, isNew: false };
    if (model.base !== undefined) this.#needed(model.base, `the base of ${model.label}`);
    const taken = this.#models.some(({ label }) => label === model.label);
    const named = taken ? { ...model, label: `${model.label} (${model.sha256.slice(0, 8)})` } : model;
    await this.#store.putModel(named);
    this.#models = [...this.#models, named];
    return { model: named, isNew: true };
  }

  /** Other pages add and delete models too: a record that is put over theirs would leave their files to nobody. */
  async #readStored(): Promise<void> {
    const stored = await this.#store.listModels();
    this.#models = [...this.#models.filter(({ location }) => location === 'bundled'), ...stored];
  }
}

function stillNeeded({ label }: ModelRecord, adapters: readonly ModelRecord[]): AppError {
  const names = adapters.map((adapter) => adapter.label).join(', ');
  return new AppError('invalid-option', `${label} is the base of ${names}; delete those first`);
}

function severalIn(first: AppError, count: number): AppError {
  if (count === 1) return first;
  const more = count === 2 ? 'one more model' : `${count - 1} more models`;
  return new AppError(first.code, `${first.message} (and ${more} could not be added)`, { cause: first });
}

/** Why something of a drop was left out, where everything in it was wanted. */
function refusal({ survey, files }: Drop): AppError | undefined {
  const incomplete = survey.found.find(({ missing }) => missing.length > 0);
  if (incomplete !== undefined) {
    return new AppError('invalid-file', `${incomplete.title}: ${incomplete.missing.join(' ')}`);
  }
  const [unused] = survey.unused;
  if (survey.found.length > 0 || unused === undefined) return undefined;
  const more = files.length === 1 ? '' : ` (and ${files.length - 1} more)`;
  return new AppError('invalid-file', `${unused.path}: ${unused.why}${more}`);
}
