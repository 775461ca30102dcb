import { AppError } from '../../core/errors.ts';
import type { ImportJob } from '../importer.ts';
import { adapterAsIs, ggufAsIs } from './gguf.ts';
import { mlcAsIs } from './mlc.ts';
import type { Made } from './types.ts';

/** Reads a find again and says what is to be written of it; rejects with an AppError. */
export async function make(job: ImportJob, _version: string): Promise<Made> {
  const { found, target } = job;
  if (found.kind === 'gguf' && target.to === 'as-is') return ggufAsIs(job);
  if (found.kind === 'mlc' && target.to === 'as-is') return mlcAsIs(job);
  if (found.kind === 'gguf-adapter' && target.to === 'adapter') return adapterAsIs(job);
  throw new AppError(
    'internal',
    `${found.title}: expected a way from ${found.kind} to ${target.to}, there is none`,
  );
}
