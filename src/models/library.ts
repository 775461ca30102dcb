import { AppError } from '../core/errors.ts';
import type { ModelFile, ModelSource } from '../core/engine.ts';
import type { FileRecord, ModelRecord, StoredFile } from '../core/model.ts';
import { modelHash } from '../core/model-hash.ts';
import type { Survey } from '../core/recognise/types.ts';
import { bundledModels } from './bundled.ts';
import { ImportWorkers, type OnBytes } from './drive.ts';
import { fileAt, ModelFolders, type Exclusively } from './folder.ts';
import type { ImportJob, LocalFile } from './importer.ts';
import { isAllowed, underFolder, type HandleStore } from './linked.ts';
import { recordOf } from './record.ts';
import { storedName } from './stored-name.ts';

export interface ModelFiles {
  /** The origin's private file system. */
  root(): Promise<FileSystemDirectoryHandle>;
  /** Address of the folder of bundled models, on the app's own origin. */
  readonly bundledUrl: string;
  /** Of the app; named in what it converts. */
  readonly version: string;
  now(): number;
  newId(): string;
  readonly exclusively: Exclusively;
  /** Free room of this origin, where the browser says so. */
  freeBytes(): Promise<number | undefined>;
  readonly handles: HandleStore;
}

export interface ImportRequest {
  readonly job: ImportJob;
  readonly importedBy?: string;
  /** The folder that the files came from, to read an `as-is` model where it lies. */
  readonly link?: FileSystemDirectoryHandle;
  readonly signal: AbortSignal;
  readonly onBytes: OnBytes;
  /** Stores the record; until it has resolved, the files count as half-made. False: not wanted after all. */
  readonly commit: (model: ModelRecord) => Promise<boolean>;
}

/** The model files on this device: those that came with the app, and those the user has added. */
export class ModelLibrary {
  readonly #files: ModelFiles;
  readonly #folders: ModelFolders;
  readonly #workers = new ImportWorkers();

  constructor(files: ModelFiles) {
    this.#files = files;
    this.#folders = new ModelFolders(() => files.root(), files.exclusively);
  }

  async bundled(): Promise<readonly ModelRecord[]> {
    const response = await this.#fetchOwn('manifest.json');
    const json: unknown = await response.json();
    return bundledModels(json);
  }

  freeBytes(): Promise<number | undefined> {
    return this.#files.freeBytes();
  }

  /** What a set of files is, by content; reads headers only. */
  survey(files: readonly LocalFile[], known: readonly ModelRecord[], signal: AbortSignal): Promise<Survey> {
    return this.#workers.survey(files, known, signal);
  }

  /** Makes a model of a find: copied, converted, or read where it lies. On any failure nothing stays behind. */
  import(request: ImportRequest): Promise<ModelRecord> {
    const { link, job } = request;
    const canLink = link !== undefined && job.target.to === 'as-is' && job.base === undefined;
    return canLink ? this.#link(request, link) : this.#copy(request);
  }

  async #copy(request: ImportRequest): Promise<ModelRecord> {
    const id = this.#files.newId();
    const { job, signal, onBytes, commit } = request;
    const freeBytes = await this.#files.freeBytes();
    const rejected = new Error('not wanted');
    let model: ModelRecord | undefined;
    try {
      await this.#folders.withNew(id, async (folder) => {
        const to = { folder, ...(freeBytes === undefined ? {} : { freeBytes }) };
        const { imported, sources } = await this.#workers.make(job, this.#files.version, to, signal, onBytes);
        const files = imported.files.map((file, at) => ({
          ...file,
          path: `${id}/${storedName(at, file.name)}`,
        }));
        model = recordOf({ ...this.#common(request, sources), imported, files, location: 'opfs' });
        if (!(await commit(model))) throw rejected;
      });
    } catch (thrown) {
      if (thrown !== rejected) throw thrown;
    }
    if (model === undefined) throw new AppError('internal', `${job.found.title}: nothing was made`);
    return model;
  }

  async #link(request: ImportRequest, folder: FileSystemDirectoryHandle): Promise<ModelRecord> {
    const { job, signal, onBytes, commit } = request;
    const handle = this.#files.newId();
    const { imported, sources } = await this.#workers.make(job, this.#files.version, {}, signal, onBytes);
    const files = imported.files.map((file, at) => ({
      ...file,
      path: underFolder(job.files[at]?.path ?? file.name),
    }));
    const model = recordOf({
      ...this.#common(request, sources),
      imported,
      files,
      location: 'folder',
      handle,
    });
    const { handles, exclusively } = this.#files;
    // Held, so that no other page takes the handle for a left-over before the record names it.
    await exclusively(handleLock(handle), async () => {
      let kept = false;
      try {
        await handles.putHandle(handle, folder);
        kept = await commit(model);
      } finally {
        if (!kept) await handles.deleteHandle(handle);
      }
    });
    return model;
  }

  #common({ job, importedBy }: ImportRequest, sources: readonly FileRecord[]) {
    const base = (job.base ?? job.mergedWith)?.sha256 ?? mergedBase(job, sources);
    return {
      ...{ job, sources, now: this.#files.now() },
      ...(base === undefined ? {} : { base }),
      ...(importedBy === undefined ? {} : { importedBy }),
    };
  }

  /** Deletes what Assay keeps of a model; a linked one's files stay where they are. */
  async remove(model: ModelRecord): Promise<void> {
    const [first] = model.files;
    if (model.location === 'opfs' && first !== undefined) await this.#folders.remove(first.path);
    if (model.handle !== undefined) await this.#files.handles.deleteHandle(model.handle);
  }

  /** Removes files and handles that no record names: what an interrupted import or deletion has left. */
  async tidy(known: () => Promise<readonly ModelRecord[]>): Promise<void> {
    await this.#folders.tidy(async () =>
      (await known()).flatMap(({ files }) => files.map(({ path }) => path)),
    );
    const { handles, exclusively } = this.#files;
    for (const key of await handles.handleKeys()) {
      await exclusively(handleLock(key), async () => {
        if (!(await known()).some(({ handle }) => handle === key)) await handles.deleteHandle(key);
      });
    }
  }

  /** Whether a linked model can be read now. `ask` asks the user where it cannot, so it needs a click. */
  async canRead(model: ModelRecord, ask: boolean): Promise<boolean> {
    const handle = await this.#handleOf(model);
    return handle !== undefined && isAllowed(handle, ask);
  }

  /** `base`: the record of the model that an adapter is put on. */
  source(model: ModelRecord, base?: ModelRecord): ModelSource {
    const { sha256, kind, label } = model;
    const own = model.files.map((file) => this.#modelFile(model, file));
    const [adapter] = own;
    if (base === undefined || adapter === undefined) {
      return { sha256, kind, label, sizeBytes: model.sizeBytes, files: own };
    }
    const files = base.files.map((file) => this.#modelFile(base, file));
    return { sha256, kind, label, sizeBytes: base.sizeBytes + model.sizeBytes, files, adapter };
  }

  /** The files of a stored model, as an import of an adapter reads them. */
  async filesOf(model: ModelRecord): Promise<readonly LocalFile[]> {
    return Promise.all(
      model.files.map(async (file) => ({
        path: file.name,
        file: new File([await this.#open(model, file)], file.name),
      })),
    );
  }

  #modelFile(model: ModelRecord, file: StoredFile): ModelFile {
    const { name, sizeBytes, sha256 } = file;
    return { name, sizeBytes, sha256, open: () => this.#open(model, file) };
  }

  async #open(model: ModelRecord, { path }: StoredFile): Promise<Blob> {
    if (model.location === 'bundled') return (await this.#fetchOwn(path)).blob();
    if (model.location === 'folder') return this.#openLinked(model, path);
    try {
      return await this.#folders.file(path);
    } catch (cause) {
      throw new AppError('not-found', `${model.label}: its file is no longer on this device`, { cause });
    }
  }

  async #openLinked(model: ModelRecord, path: string): Promise<Blob> {
    const handle = await this.#handleOf(model);
    if (handle === undefined)
      throw new AppError('not-found', `${model.label}: its folder is not known any more`);
    if (!(await isAllowed(handle, false))) {
      const message = `${model.label}: allow Assay to read the folder "${handle.name}" again`;
      throw new AppError('permission', message);
    }
    try {
      return await (await fileAt(handle, path)).getFile();
    } catch (cause) {
      const message = `${model.label}: expected ${path} in the folder "${handle.name}", it is no longer there`;
      throw new AppError('not-found', message, { cause });
    }
  }

  async #handleOf({ handle }: ModelRecord): Promise<FileSystemDirectoryHandle | undefined> {
    return handle === undefined ? undefined : this.#files.handles.getHandle(handle);
  }

  async #fetchOwn(name: string): Promise<Response> {
    const response = await fetch(`${this.#files.bundledUrl}${name}`);
    if (!response.ok)
      throw new AppError('not-found', `${name}: expected the file, got status ${response.status}`);
    return response;
  }
}

function handleLock(key: string): string {
  return `assay-handle-${key}`;
}

/** A base that was merged and not kept is named by what was handed in of it. */
function mergedBase(job: ImportJob, sources: readonly FileRecord[]): string | undefined {
  if (job.target.to !== 'merged') return undefined;
  const paths = new Set(job.baseFiles.map(({ path }) => path));
  return modelHash(sources.filter(({ name }) => paths.has(name)));
}
