import type { CalibrationSet } from '../core/calibration/types.ts';
import { AppError, toAppError, type ErrorCode, type Place } from '../core/errors.ts';
import type { Document } from '../core/formats/read-document.ts';
import type { JudgedFacts } from '../core/formats/read-judged.ts';
import type { ReadPack } from '../core/pack/parse.ts';
import type { Wrapping } from '../core/pack/copy.ts';
import type { Note, Pack } from '../core/pack/types.ts';

/** A run that a file holds, without its answers: those stay where they were read. */
export interface FoundRun {
  readonly kind: 'run';
  readonly id: string;
  readonly title: string;
  readonly answers: number;
  /** Of judged answers; absent for a run that Assay exported. */
  readonly judged?: JudgedFacts;
  /** The first question, as an example. */
  readonly question: string;
  readonly notes: readonly Note[];
}

/** What a file holds, as the page shows it. */
export type Found = Exclude<Document, { kind: 'run' }> | FoundRun;

/** What was stored of a file. `id` is the hash of a pack or document, or the id of a run. */
export interface Kept {
  readonly kind: Document['kind'];
  readonly id: string;
  readonly title: string;
}

/** Comlink drops an error's code and place, so a failure is a value. */
export type Outcome<Value> =
  | { readonly value: Value }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string; readonly place: Place } };

/** How a copy differs: by its id and title only, or in the formats that its probes are asked in. */
export interface Change {
  /** Ids that the copy must not have. */
  readonly taken: readonly string[];
  readonly wrapping?: Wrapping;
}

/** Where files are read, apart from the page: they may be large, and are parsed in one go. */
export interface DocumentDesk {
  /** What a file holds; nothing is stored. */
  inspect(file: File): Promise<Outcome<Found>>;
  /** Reads the file anew and stores what it holds: all of it or nothing. */
  keep(file: File): Promise<Outcome<Kept>>;
  /** The pack in a text. */
  pack(source: string, file: string): Promise<Outcome<ReadPack>>;
  /** The calibration set in a text. */
  calibration(source: string, file: string): Promise<Outcome<CalibrationSet>>;
  /** The text of a copy of a pack, to be changed. */
  copy(pack: Pack, change: Change): Promise<Outcome<string>>;
}

export async function outcomeOf<Value>(work: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const { code, message, place } = toAppError(thrown);
    return { failure: { code, message, place } };
  }
}

/** @throws the failure as the AppError that it was. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if ('value' in outcome) return outcome.value;
  const { code, message, place } = outcome.failure;
  throw new AppError(code, message, { place });
}
