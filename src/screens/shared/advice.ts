import type { AppError, ErrorCode } from '../../core/errors.ts';

interface Advice {
  /** What went wrong, in the reader's words. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
}

const ADVICE: Readonly<Record<ErrorCode, Advice>> = {
  'invalid-pack': {
    title: 'This probe pack cannot be read',
    advice: 'Correct the file at the place named above and add it again. Nothing was changed.',
  },
  'invalid-rubric': {
    title: 'This judging rubric cannot be read',
    advice: 'Correct the file at the place named above and add it again. Nothing was changed.',
  },
  'invalid-file': {
    title: 'This file is not what was expected',
    advice: 'Check that you chose the right file and that it was copied completely. Nothing was changed.',
  },
  'invalid-option': {
    title: 'One of the settings is not possible',
    advice: 'Change the setting named above.',
  },
  'not-found': {
    title: 'Something that is needed is no longer there',
    advice: 'It may have been deleted on this device. Add it again, or choose another one.',
  },
  permission: {
    title: 'The browser has to ask you again',
    advice: 'This model stays in your own folder. Press “Allow reading” on the Models screen, then go on.',
  },
  'model-unsupported': {
    title: 'This model cannot be used',
    advice:
      'Assay runs GGUF files, MLC folders with their model library, and Hugging Face folders of the kinds that the README lists.',
  },
  'model-checksum': {
    title: 'A model file is damaged',
    advice: 'Its contents differ from what was stored. Delete the model here and add the file again.',
  },
  'model-load': {
    title: 'The model could not be started',
    advice:
      'Most often the memory is too small. Close other tabs and programs, or use a smaller or more strongly quantised model.',
  },
  'context-overflow': {
    title: 'A prompt is too long for this model',
    advice: 'Use a shorter wrapper text or pack, or a model with a larger context.',
  },
  'not-scorable': {
    title: 'This text cannot be scored by this model',
    advice: 'Use another model for this measurement.',
  },
  'engine-crashed': {
    title: 'The engine stopped working',
    advice: 'Every answer so far is stored. Resume the run; if it stops again, restart the browser.',
  },
  'engine-timeout': {
    title: 'The engine does not answer any more',
    advice: 'Every answer so far is stored. Close other tabs that are busy, then resume the run.',
  },
  'device-lost': {
    title: 'The graphics processor was lost',
    advice: 'Every answer so far is stored. Resume the run, or set up a run on the processor (CPU).',
  },
  aborted: { title: 'Stopped', advice: 'You can start again at any time.' },
  'storage-full': {
    title: 'The storage of this browser is full',
    advice: 'Delete models or old runs, or free space on the disk, and try again.',
  },
  'storage-blocked': {
    title: 'Another tab is in the way',
    advice: 'Close the other tabs in which Assay is open, then reload this page.',
  },
  'storage-newer': {
    title: 'The stored data comes from a newer Assay',
    advice: 'Close all tabs of Assay and open the newer version again. Your data is untouched.',
  },
  'storage-closed': {
    title: 'The connection to the stored data was closed',
    advice: 'Reload the page. What was stored before is still there.',
  },
  internal: {
    title: 'Something went wrong inside Assay',
    advice: 'Reload the page. If it happens again, please report it with the text above.',
  },
};

export function adviceFor(code: ErrorCode): Advice {
  return ADVICE[code];
}

/** `probes.yaml, line 12, at probes[2].id`; empty where no place is known. */
export function placeText(error: AppError): string {
  const { file, line, path } = error.place;
  return [
    file,
    line === undefined ? undefined : `line ${line}`,
    path === undefined ? undefined : `at ${path}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
