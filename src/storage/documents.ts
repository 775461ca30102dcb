import { wrap, type Remote } from 'comlink';
import type { CalibrationSet } from '../core/calibration/types.ts';
import { aborted, AppError } from '../core/errors.ts';
import type { ReadPack } from '../core/pack/parse.ts';
import type { Pack } from '../core/pack/types.ts';
import {
  valueOf,
  type Change,
  type DocumentDesk,
  type Found,
  type Kept,
  type Outcome,
} from './document-desk.ts';

/** What the page's state needs of the place where files are read. */
export interface Documents {
  /** Rejects with the AppError that says what is wrong with the file. */
  inspect(file: File): Promise<Found>;
  keep(file: File): Promise<Kept>;
  pack(source: string, file: string): Promise<ReadPack>;
  calibration(source: string, file: string): Promise<CalibrationSet>;
  copy(pack: Pack, change: Change): Promise<string>;
  /** Gives up what is being read; it rejects `aborted`. */
  stop(): void;
}

/** Calls of a desk in the same thread, as tests have it. */
export function documentsAt(desk: DocumentDesk): Documents {
  return {
    inspect: async (file) => valueOf(await desk.inspect(file)),
    keep: async (file) => valueOf(await desk.keep(file)),
    pack: async (source, file) => valueOf(await desk.pack(source, file)),
    calibration: async (source, file) => valueOf(await desk.calibration(source, file)),
    copy: async (pack, change) => valueOf(await desk.copy(pack, change)),
    stop: () => undefined,
  };
}

interface Hired {
  readonly worker: Worker;
  readonly desk: Remote<DocumentDesk>;
  /** Rejects when the worker is no more. */
  readonly gone: Promise<never>;
  readonly end: (reason: AppError) => void;
}

function hire(version: string): Hired {
  const worker = new Worker(new URL('../../workers/read-documents.ts', import.meta.url), {
    type: 'module',
    name: version,
  });
  let reject: (reason: AppError) => void = () => undefined;
  const gone = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Nobody may be waiting when it ends.
  gone.catch(() => undefined);
  const end = (reason: AppError): void => {
    worker.terminate();
    reject(reason);
  };
  worker.onerror = () => {
    end(new AppError('engine-crashed', 'the worker that reads files stopped'));
  };
  return { worker, desk: wrap<DocumentDesk>(worker), gone, end };
}

/**
 * Reads files in a worker of its own, since parsing holds a thread up. It is started with the first call and again after it
 * was stopped. `version` of the app is what a run from a file names as its origin.
 */
export function documentsInWorker(version: string): Documents {
  let hired: Hired | undefined;
  const call = async <Value>(
    work: (desk: Remote<DocumentDesk>) => Promise<Outcome<Value>>,
  ): Promise<Value> => {
    const mine = (hired ??= hire(version));
    try {
      return valueOf(await Promise.race([work(mine.desk), mine.gone]));
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'engine-crashed' && hired === mine) hired = undefined;
      throw thrown;
    }
  };
  return {
    inspect: (file) => call((desk) => desk.inspect(file)),
    keep: (file) => call((desk) => desk.keep(file)),
    pack: (source, file) => call((desk) => desk.pack(source, file)),
    calibration: (source, file) => call((desk) => desk.calibration(source, file)),
    copy: (pack, change) => call((desk) => desk.copy(pack, change)),
    stop: () => {
      hired?.end(aborted());
      hired = undefined;
    },
  };
}
