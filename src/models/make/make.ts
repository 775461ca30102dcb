import { AppError } from '../../core/errors.ts';
import type { ImportJob } from '../importer.ts';
import { adapterAsIs, ggufAsIs } from './gguf.ts';
import { fromHuggingFace, fromMerged } from './hugging-face.ts';
import { mlcAsIs } from './mlc.ts';
import { peftToGgufAdapter } from './peft.ts';
import type { Made } from './types.ts';

type Maker = (job: ImportJob, version: string) => Promise<Made>;

/** From what was found to what it becomes. */
const MAKERS: Readonly<Record<string, Maker>> = {
  'gguf as-is': ggufAsIs,
  'mlc as-is': mlcAsIs,
  'gguf-adapter adapter': adapterAsIs,
  'hugging-face gguf': fromHuggingFace,
  'hugging-face mlc': fromHuggingFace,
  'peft adapter': peftToGgufAdapter,
  'peft merged': fromMerged,
};

/** Reads a find again and says what is to be written of it; rejects with an AppError. `version` is the app's. */
export async function make(job: ImportJob, version: string): Promise<Made> {
  const { found, target } = job;
  const maker = MAKERS[`${found.kind} ${target.to}`];
  if (maker !== undefined) return maker(job, version);
  throw new AppError(
    'invalid-option',
    `${found.title}: expected a way from ${found.kind} to ${target.to}, there is none`,
  );
}
