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

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}

/** One score with what is said of it, or why there is none to be had. */
function scoreIn(value: unknown): Pick<Reading, 'score' | 'label'> | string {
  if (value === undefined || value === null) return {};
  const text =
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : undefined;
  if (text === undefined) return `expected a number from 0 to 100, got ${shown(value)}`;
  if (MISSING.includes(text.toLowerCase())) return {};
  const word = text.toUpperCase();
  if (WORDS.refusal.includes(word)) return { label: 'refusal' };
  if (WORDS.code.includes(word)) return { label: 'code' };
  const score = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? asScore(Number(text)) : undefined;
  return score === undefined ? `expected a number from 0 to 100, got ${shown(value)}` : { score };
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
