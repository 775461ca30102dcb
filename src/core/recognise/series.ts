import { localName, folderOf } from './paths.ts';

const STEP_FOLDER = /^(?:checkpoint|ckpt|global[-_]?step|step|iter)[-_]?(\d{1,12})$/i;
const STEP_FILE = /^(.+?)[-_.](?:checkpoint|ckpt|step)[-_]?(\d{1,12})(?=[-_.]|$)/i;

/** A place in a series of checkpoints of one fine-tune. */
export interface Place {
  readonly series: string;
  readonly step: number;
}

/** `run/checkpoint-20` is step 20 of `run`; undefined where the folder is not named as a checkpoint. */
export function placeOfFolder(folder: string): Place | undefined {
  const step = STEP_FOLDER.exec(localName(folder))?.[1];
  if (step === undefined) return undefined;
  return { series: localName(folderOf(folder)) || 'Checkpoints', step: Number(step) };
}

/** `mine-step010.gguf` is step 10 of `mine`. */
export function placeOfFile(name: string): Place | undefined {
  const [, series, step] = STEP_FILE.exec(name.replace(/\.gguf$/i, '')) ?? [];
  return series === undefined || step === undefined ? undefined : { series, step: Number(step) };
}
