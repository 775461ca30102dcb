import { parseCalibration } from '../core/calibration/parse.ts';
import type { CalibrationSet } from '../core/calibration/types.ts';
import { parseRubric } from '../core/judge/rubric.ts';
import type { Rubric } from '../core/judge/types.ts';
import type { Pack } from '../core/pack/types.ts';

/** Everything in probes/, as text; a new file there is picked up by the build. */
const packFiles = import.meta.glob<string>(['../../probes/*.yaml', '!../../probes/calibration*.yaml'], {
  query: '?raw',
  import: 'default',
});
const calibrationFiles = import.meta.glob<string>('../../probes/calibration*.yaml', {
  query: '?raw',
  import: 'default',
});
const rubricFiles = import.meta.glob<string>('../../probes/rubrics/*.yaml', {
  query: '?raw',
  import: 'default',
});

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

async function readAll<Value>(
  files: Record<string, () => Promise<string>>,
  parse: (text: string, file: string) => Value | Promise<Value>,
): Promise<readonly Value[]> {
  return Promise.all(Object.entries(files).map(async ([path, load]) => parse(await load(), nameOf(path))));
}

/** `read` parses one file; together they are too much for the page's own thread. */
export function bundledPacks(read: (text: string, file: string) => Promise<Pack>): Promise<readonly Pack[]> {
  return readAll(packFiles, read);
}

export function bundledCalibrations(
  read: (text: string, file: string) => CalibrationSet | Promise<CalibrationSet> = parseCalibration,
): Promise<readonly CalibrationSet[]> {
  return readAll(calibrationFiles, read);
}

export function bundledRubrics(): Promise<readonly Rubric[]> {
  return readAll(rubricFiles, parseRubric);
}
