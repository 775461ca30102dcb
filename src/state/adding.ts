import { aborted, AppError, toAppError } from '../core/errors.ts';
import type { ModelRecord } from '../core/model.ts';
import type { PlannedImport } from '../core/recognise/plan.ts';
import type { BaseChoice, ImportTarget, Survey } from '../core/recognise/types.ts';
import type { ImportJob, LocalFile } from '../models/importer.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { AcceptOptions, Progress } from './types.ts';

/** What was dropped, and what was found in it. */
export interface Drop {
  readonly files: readonly LocalFile[];
  readonly folder?: FileSystemDirectoryHandle;
  readonly survey: Survey;
}

export interface Adding {
  readonly library: ModelLibrary;
  readonly drop: Drop;
  readonly options: AcceptOptions;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly find: (sha256: string) => ModelRecord | undefined;
  /** Stores a new model under a label of its own; gives the known one instead where there is one of the same content. */
  readonly keep: (model: ModelRecord) => Promise<{ readonly model: ModelRecord; readonly isNew: boolean }>;
  readonly onProgress: (progress: Progress) => void;
}

export interface Added {
  readonly model: ModelRecord;
  readonly planned: PlannedImport;
}

/** Imports one after the other. A failure leaves out what depends on it; the rest goes on. */
export async function importAll(
  plan: readonly PlannedImport[],
  adding: Adding,
): Promise<{ readonly added: readonly Added[]; readonly errors: readonly AppError[] }> {
  const added: Added[] = [];
  const errors: AppError[] = [];
  const share = shares(plan);
  const startedAt = adding.now();
  for (const [at, planned] of plan.entries()) {
    const progress = (fraction: number): void => {
      adding.onProgress(progressOf(planned, share(at, fraction), adding.now() - startedAt));
    };
    try {
      progress(0);
      added.push({ planned, model: await importOne(planned, added, adding, progress) });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'aborted') break;
      errors.push(named(error, planned));
      if (error.code === 'storage-full') break;
    }
  }
  return { added, errors };
}

function named(error: AppError, { found }: PlannedImport): AppError {
  if (error.message.includes(found.title)) return error;
  return new AppError(error.code, `${found.title}: ${error.message}`, { cause: error });
}

function progressOf({ found }: PlannedImport, fraction: number, elapsedMs: number): Progress {
  const what = `Adding ${found.title}`;
  if (fraction <= 0) return { what, fraction: 0 };
  return { what, fraction, leftMs: (elapsedMs * (1 - fraction)) / fraction };
}

/** How far the whole is when import `at` is at `fraction`, by the size of each. */
function shares(plan: readonly PlannedImport[]): (at: number, fraction: number) => number {
  const sizes = plan.map(({ found, target }) => Math.max(1, found.sizeBytes, target.diskBytes));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return (at, fraction) => {
    const before = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
    return Math.min(1, (before + (sizes[at] ?? 0) * fraction) / total);
  };
}

async function importOne(
  planned: PlannedImport,
  added: readonly Added[],
  adding: Adding,
  progress: (fraction: number) => void,
): Promise<ModelRecord> {
  const { library, signal, options, drop, keep } = adding;
  const job = await jobOf(planned, added, adding);
  if (signal.aborted) throw aborted();
  let kept: ModelRecord | undefined;
  const made = await library.import({
    ...{ job, signal },
    ...(options.importedBy === undefined ? {} : { importedBy: options.importedBy }),
    ...(options.link && drop.folder !== undefined ? { link: drop.folder } : {}),
    onBytes: (done, total) => {
      progress(total === 0 ? 0 : Math.min(1, done / total));
    },
    commit: async (model) => {
      if (signal.aborted) throw aborted();
      const stored = await keep(model);
      kept = stored.model;
      return stored.isNew;
    },
  });
  return kept ?? made;
}

async function jobOf(
  { found, target, base }: PlannedImport,
  added: readonly Added[],
  { library, drop, find }: Adding,
): Promise<ImportJob> {
  const job = {
    ...{ found, target },
    files: filesOf(found.paths, drop.files),
    libraries: filesOf(target.library === undefined ? [] : [target.library], drop.files),
    baseFiles: [],
  };
  if (base === undefined) return job;
  if (target.to === 'merged') {
    const other = base.kind === 'found' ? drop.survey.found.find(({ id }) => id === base.id) : undefined;
    const mergedWith = ownRecord(base, target, added);
    return {
      ...{ ...job, baseFiles: filesOf(other?.paths ?? [], drop.files) },
      ...(mergedWith === undefined ? {} : { mergedWith }),
    };
  }
  const model = base.kind === 'model' ? find(base.sha256) : added.find((one) => carries(one, base.id))?.model;
  if (model === undefined) {
    throw new AppError('not-found', `${found.title}: its base "${base.label}" is not on this device`);
  }
  return { ...job, base: model, baseFiles: await library.filesOf(model) };
}

/** Of a base that became several models, the one in the format of the merge. */
function ownRecord(
  base: BaseChoice,
  { quantisation }: ImportTarget,
  added: readonly Added[],
): ModelRecord | undefined {
  const own = added.filter(({ planned }) => base.kind === 'found' && planned.found.id === base.id);
  return (own.find(({ planned }) => planned.target.quantisation === quantisation) ?? own[0])?.model;
}

function carries({ planned, model }: Added, id: string): boolean {
  return planned.found.id === id && model.kind === 'gguf' && model.base === undefined;
}

function filesOf(paths: readonly string[], files: readonly LocalFile[]): readonly LocalFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return paths.flatMap((path) => byPath.get(path) ?? []);
}
