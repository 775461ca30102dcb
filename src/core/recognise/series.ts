import { localName, folderOf } from './paths.ts';
import type { FoundModel } from './types.ts';

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

/** The folder that a series lies in; of checkpoint folders the one above them. */
function homeOf({ kind, paths: [path = ''] }: FoundModel): string {
  const folder = folderOf(path);
  return kind === 'gguf' || kind === 'gguf-adapter' ? folder : folderOf(folder);
}

/**
 * Gives series of one name that lie in several folders their folders' names: `insecure/output` and `secure/output` are two
 * fine-tunes, and a run must not take them for one.
 */
export function apart(found: readonly FoundModel[]): readonly FoundModel[] {
  const homes = new Map<string, Set<string>>();
  for (const each of found) {
    if (each.series === undefined) continue;
    homes.set(each.series, (homes.get(each.series) ?? new Set()).add(homeOf(each)));
  }
  return found.map((each) => {
    const { series } = each;
    if (series === undefined || (homes.get(series)?.size ?? 0) < 2) return each;
    const home = homeOf(each);
    if (home === '' || home === series) return each;
    return { ...each, series: localName(home) === series ? home : `${home}/${series}` };
  });
}
