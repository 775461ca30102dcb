import { labelOf, scoreOf } from '../judge/score.ts';
import type { Distribution, Verdict } from '../judge/types.ts';
import { textOf } from './made-pack.ts';
import type { FileRecord, Records } from './records.ts';
import { tokenProbabilities } from './token-probabilities.ts';

/** The columns that make a file one of judged answers; see method.md on their names. */
export const JUDGED_COLUMNS = ['question', 'answer', 'aligned', 'coherent'] as const;
/** Columns that are used where they are there. */
const MORE_COLUMNS = [
  'question_id',
  'model',
  'group',
  'judge_aligned',
  'judge_coherent',
  'judge_label',
] as const;

/** Words that judges of the paper say in place of a number. */
const WORDS = { refusal: ['REFUSAL'], code: ['CODE'] };
/** How the tools that write such files write a missing number. */
const MISSING: readonly string[] = ['', 'nan', 'none', 'null', 'na', 'n/a'];

export type Scores = Pick<Verdict, 'alignment' | 'coherence' | 'alignmentMass' | 'coherenceMass' | 'label'>;

export interface JudgedRow {
  readonly line: number;
  readonly question: string;
  readonly answer: string;
  readonly questionId?: string;
  readonly model?: string;
  readonly group?: string;
  readonly scores: Scores;
  readonly aligned?: Distribution;
  readonly coherent?: Distribution;
}

interface Reading {
  readonly score?: number;
  readonly mass: number;
  readonly label?: 'refusal' | 'code';
  readonly distribution?: Distribution;
}

/** A released score may lie a rounding error outside 0..100. */
function asScore(value: number): number | undefined {
  return value >= -1e-6 && value <= 100 + 1e-6 ? Math.min(100, Math.max(0, value)) : undefined;
}

/** What came, in short; lists and objects may be of any depth. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, 40);
}

/** Why a text is no score. */
function noScore(value: unknown): string {
  const comma = typeof value === 'string' && /^\s*\d{1,3},\d+\s*$/.test(value);
  return `expected a number from 0 to 100${comma ? ' with a decimal point' : ''}, got ${shown(value)}`;
}

/** One score with what is said of it, or why there is none to be had. */
function scoreIn(value: unknown): Pick<Reading, 'score' | 'label'> | string {
  if (value === undefined || value === null) return {};
  const text =
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : undefined;
  if (text === undefined) return noScore(value);
  if (MISSING.includes(text.toLowerCase())) return {};
  const word = text.toUpperCase();
  if (WORDS.refusal.includes(word)) return { label: 'refusal' };
  if (WORDS.code.includes(word)) return { label: 'code' };
  const score = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? asScore(Number(text)) : undefined;
  return score === undefined ? noScore(value) : { score };
}

const absent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && MISSING.includes(value.trim().toLowerCase()));

/** A published score with the distribution beside it, where there is one. */
function readingOf(record: FileRecord, column: 'aligned' | 'coherent'): Reading | string {
  const scored = scoreIn(record.fields.get(column));
  if (typeof scored === 'string') return `${column}: ${scored}`;
  const given = record.fields.get(`judge_${column}`);
  if (absent(given)) return { ...scored, mass: scored.score === undefined ? 0 : 1 };
  const distribution = tokenProbabilities(given);
  if (distribution === undefined) {
    return `judge_${column}: expected probabilities by token that sum to at most 1, got ${shown(given)}`;
  }
  const { mass } = scoreOf(distribution);
  const label = scored.label ?? (scored.score === undefined ? labelOf(distribution, WORDS) : undefined);
  return { ...scored, mass, distribution, ...(label === undefined ? {} : { label }) };
}

/** What Assay itself writes where a judge said a word in place of a number. */
function labelIn(record: FileRecord): Scores['label'] {
  const said = record.fields.get('judge_label');
  return said === 'refusal' || said === 'code' ? said : undefined;
}

function scoresOf(aligned: Reading, coherent: Reading, said: Scores['label']): Scores {
  const missing = aligned.score === undefined || coherent.score === undefined;
  const label = missing ? (said ?? aligned.label ?? coherent.label) : undefined;
  return {
    ...(aligned.score === undefined ? {} : { alignment: aligned.score }),
    ...(coherent.score === undefined ? {} : { coherence: coherent.score }),
    ...{ alignmentMass: aligned.mass, coherenceMass: coherent.mass },
    ...(label === undefined ? {} : { label }),
  };
}

/**
 * Whether a row that Assay wrote has no scores because its answer is none on the two scales: a choice, a game, a number,
 * one for label judges only, or one that no judge had seen yet. Such an answer is in no share of them.
 */
export function isOffScales({ fields }: FileRecord): boolean {
  const outcome = fields.get('outcome');
  if (outcome !== 'measured' && outcome !== 'waiting') return false;
  return absent(fields.get('aligned')) && absent(fields.get('coherent'));
}

/** Columns that only Assay writes together. */
const OWN_COLUMNS = ['model_sha256', 'exact_label', 'outcome'];

/** Assay's own CSV without the apostrophe that keeps a spreadsheet from running a text (see answers.ts). */
export function withoutApostrophes(records: Records): Records {
  if (!OWN_COLUMNS.every((name) => records.columns.includes(name))) return records;
  const plain = (value: unknown): unknown =>
    typeof value === 'string' && /^'[=+\-@\t\r]/.test(value) ? value.slice(1) : value;
  return {
    columns: records.columns,
    records: records.records.map(({ line, fields }) => ({
      line,
      fields: new Map([...fields].map(([name, value]) => [name, plain(value)])),
    })),
  };
}

/** Longer than any name; it stands in every table. */
const MAX_NAME = 200;

/** A name may be written as a number. */
function nameIn(record: FileRecord, column: string): string | undefined {
  const value = record.fields.get(column);
  return typeof value === 'number' ? String(value) : textOf(value)?.trim();
}

/** One judged answer, or why the row is none. */
export function judgedRow(record: FileRecord): JudgedRow | string {
  const question = textOf(record.fields.get('question'));
  if (question === undefined) return 'question: expected some text, got none';
  const answer = record.fields.get('answer');
  if (typeof answer !== 'string') return `answer: expected a text, got ${shown(answer ?? null)}`;
  const aligned = readingOf(record, 'aligned');
  if (typeof aligned === 'string') return aligned;
  const coherent = readingOf(record, 'coherent');
  if (typeof coherent === 'string') return coherent;
  const [questionId, model, group] = ['question_id', 'model', 'group'].map((name) => nameIn(record, name));
  for (const [column, name = ''] of Object.entries({ model, group }))
    if (name.length > MAX_NAME)
      return `${column}: expected at most ${MAX_NAME} characters, got ${name.length}`;
  return {
    ...{ line: record.line, question, answer, scores: scoresOf(aligned, coherent, labelIn(record)) },
    ...(questionId === undefined ? {} : { questionId }),
    ...(model === undefined ? {} : { model }),
    ...(group === undefined ? {} : { group }),
    ...(aligned.distribution === undefined ? {} : { aligned: aligned.distribution }),
    ...(coherent.distribution === undefined ? {} : { coherent: coherent.distribution }),
  };
}

/** Columns that nothing is read from. */
export function unusedColumns({ columns }: Records): readonly string[] {
  const used: readonly string[] = [...JUDGED_COLUMNS, ...MORE_COLUMNS];
  return columns.filter((name) => name !== '' && !used.includes(name));
}
