import { parseCalibration } from '../calibration/parse.ts';
import type { CalibrationSet } from '../calibration/types.ts';
import { parseRubric } from '../judge/rubric.ts';
import type { Rubric } from '../judge/types.ts';
import { readPack } from '../pack/parse.ts';
import type { Note, Pack } from '../pack/types.ts';
import { withoutApostrophes } from './judged-rows.ts';
import type { MadePack } from './made-pack.ts';
import { readChoices } from './read-choices.ts';
import { readCodeTasks } from './read-code-tasks.ts';
import { readJudged, type JudgedFacts } from './read-judged.ts';
import { readTruthfulQa } from './read-truthfulqa.ts';
import {
  MOST_CHARACTERS,
  recogniseDocument,
  SIZE_RULE,
  type DocumentKind,
  type Layout,
} from './recognise.ts';
import { readCsv, readJsonLines, readJsonList, type Records } from './records.ts';
import { refuse } from './refuse.ts';
import { readRunFile, type WholeRun } from './run-file.ts';

export interface SourceText {
  readonly name: string;
  readonly text: string;
  /** Of the file's bytes. */
  readonly sha256: string;
}

/** What a file holds. */
export type Document =
  | {
      readonly kind: 'pack';
      readonly from: 'pack' | 'truthfulqa' | 'choices' | 'code-tasks';
      readonly pack: Pack;
      readonly notes: readonly Note[];
    }
  | {
      readonly kind: 'run';
      readonly whole: WholeRun;
      /** Of judged answers; absent for a run that Assay exported. */
      readonly judged?: JudgedFacts;
      readonly notes: readonly Note[];
    }
  | { readonly kind: 'calibration'; readonly set: CalibrationSet; readonly notes: readonly Note[] }
  | {
      readonly kind: 'rubric';
      readonly rubric: Rubric;
      readonly source: string;
      readonly notes: readonly Note[];
    };

export interface ReadOptions {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly appVersion: string;
}

function recordsOf({ name, text }: SourceText, layout: Layout): Records {
  if (layout === 'csv') return readCsv(text, name);
  if (layout === 'json-lines') return readJsonLines(text, name);
  const value: unknown = JSON.parse(text);
  return readJsonList(value, name);
}

const MADE: Readonly<
  Record<'truthfulqa' | 'choices' | 'code-tasks', (records: Records, file: string) => MadePack>
> = { truthfulqa: readTruthfulQa, choices: readChoices, 'code-tasks': readCodeTasks };

function checkSize(kind: DocumentKind, { name, text }: SourceText): void {
  if (text.length <= MOST_CHARACTERS[kind]) return;
  throw refuse(name, `expected ${SIZE_RULE}, got ${text.length} characters`);
}

/**
 * Reads a file of any kind that Assay knows, by its content.
 * @throws AppError `invalid-file`, `invalid-pack` or `invalid-rubric` in one line, with file, line and path where they are known.
 */
export function readDocument(source: SourceText, { at, appVersion }: ReadOptions): Document {
  const { name: file, text, sha256 } = source;
  const { kind, layout } = recogniseDocument(file, text);
  checkSize(kind, source);
  switch (kind) {
    case 'pack':
      return { kind, from: kind, ...readPack(text, file) };
    case 'truthfulqa':
    case 'choices':
    case 'code-tasks':
      return { kind: 'pack', from: kind, ...MADE[kind](recordsOf(source, layout), file) };
    case 'judged': {
      const records = recordsOf(source, layout);
      const rows = layout === 'csv' ? withoutApostrophes(records) : records;
      const { whole, facts, notes } = readJudged(rows, { file, sha256, at, appVersion });
      return { kind: 'run', whole, judged: facts, notes };
    }
    case 'run':
      return { kind, whole: readRunFile(text, file), notes: [] };
    case 'calibration':
      return { kind, set: parseCalibration(text, file), notes: [] };
    case 'rubric':
      return { kind, rubric: parseRubric(text, file), source: text, notes: [] };
  }
}
