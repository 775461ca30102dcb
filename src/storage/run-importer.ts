import { wrap } from 'comlink';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { RunRecord } from '../core/run/types.ts';

/** Comlink drops an error's code, so a failure is a value. */
export type RunImport =
  { readonly run: RunRecord } | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** What the page and the import worker say to each other. */
export interface RunImporter {
  /** Reads, checks and stores an exported run: all of it or nothing. */
  importRun(file: File): Promise<RunImport>;
}

/** Imports a run in a worker, since reading and checking tens of megabytes would hold the page up. */
export async function importRunFile(file: File): Promise<RunRecord> {
  const worker = new Worker(new URL('../../workers/import-run.ts', import.meta.url), { type: 'module' });
  const died = new Promise<never>((_, reject) => {
    worker.onerror = () => {
      reject(new AppError('engine-crashed', `${file.name}: the import worker stopped`));
    };
  });
  try {
    const outcome = await Promise.race([wrap<RunImporter>(worker).importRun(file), died]);
    if ('failure' in outcome) throw new AppError(outcome.failure.code, outcome.failure.message);
    return outcome.run;
  } finally {
    worker.terminate();
  }
}
