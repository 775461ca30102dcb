import * as v from 'valibot';
import type { AppError } from '../errors.ts';
import { TRUTHFULQA_COLUMNS } from './read-truthfulqa.ts';
import { CHOICE_COLUMNS } from './read-choices.ts';
import { CODE_COLUMNS } from './read-code-tasks.ts';
import { JUDGED_COLUMNS } from './judged-rows.ts';
import { fieldsOf, headerOf } from './records.ts';
import { refuse } from './refuse.ts';

export const DOCUMENT_KINDS = [
  'pack',
  'truthfulqa',
  'choices',
  'code-tasks',
  'judged',
  'run',
  'calibration',
  'rubric',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** How the text is written. */
export type Layout = 'yaml' | 'csv' | 'json-lines' | 'json-list' | 'json';

export interface Recognised {
  readonly kind: DocumentKind;
  readonly layout: Layout;
}

/** Characters at most. Questions become a pack, whose text has a limit of its own. */
export const MOST_CHARACTERS: Readonly<Record<DocumentKind, number>> = {
  pack: 5_000_000,
  truthfulqa: 5_000_000,
  choices: 5_000_000,
  'code-tasks': 5_000_000,
  judged: 200_000_000,
  run: 400_000_000,
  calibration: 5_000_000,
  rubric: 5_000_000,
};
/** Bytes: nothing larger is even read. */
export const MAX_DOCUMENT_BYTES = 400_000_000;

/** The rule of sizes, for messages. */
export const SIZE_RULE =
  'at most 5 MB for questions, calibration sets and rubrics, 200 MB for judged answers, 400 MB for a run';

const EXPECTED =
  'expected a pack, TruthfulQA, multiple choice, code tasks, judged answers, a calibration set, a rubric or a run';

/** What a table or list of objects is, by the names of its columns. */
function byColumns(columns: readonly string[]): DocumentKind | undefined {
  const has = (names: readonly string[]): boolean => names.every((name) => columns.includes(name));
  if (has(TRUTHFULQA_COLUMNS)) return 'truthfulqa';
  if (has(JUDGED_COLUMNS)) return 'judged';
  if (has(CODE_COLUMNS)) return 'code-tasks';
  if (columns.includes('question') && CHOICE_COLUMNS.some((name) => columns.includes(name))) return 'choices';
  return undefined;
}

/** What a document of one mapping is, by its fields. */
function byFields(fields: readonly string[]): DocumentKind | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => fields.includes(name));
  if (has('format', 'run', 'packs')) return 'run';
  if (has('kinds', 'answers')) return 'calibration';
  if (has('alignment', 'coherence')) return 'rubric';
  return has('probes') || has('id', 'title') ? 'pack' : undefined;
}

function unknown(name: string, what: string): AppError {
  return refuse(name, `${EXPECTED}; got ${what}`);
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  return `${shown.join(', ')}${names.length > 8 ? ', …' : ''}`;
}

/** Columns that lists of each kind must have. */
const NEEDED: readonly (readonly [what: string, columns: readonly string[]])[] = [
  ['judged answers', JUDGED_COLUMNS],
  ['TruthfulQA', TRUTHFULQA_COLUMNS],
  ['code tasks', CODE_COLUMNS],
];

/** Which columns are missing where at least half of what a kind needs is there, or is there in other letters. */
function lacking(columns: readonly string[]): string {
  const lower = new Set(columns.map((name) => name.toLowerCase()));
  const near = NEEDED.find(
    ([, names]) => names.filter((name) => lower.has(name.toLowerCase())).length * 2 >= names.length,
  );
  if (near === undefined) return '';
  const [what, names] = near;
  const missing = names.filter((name) => !columns.includes(name));
  return `; for ${what}, written exactly so, missing: ${missing.join(', ')}`;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
}

const listSchema = v.array(v.unknown());

function jsonList(name: string, text: string): Recognised {
  const json = parsed(text);
  // Flow style that is YAML only: whoever reads packs says where it goes wrong.
  if (!v.is(listSchema, json?.value)) return { kind: 'pack', layout: 'yaml' };
  const columns = [...(fieldsOf(json.value[0])?.keys() ?? [])];
  const kind = byColumns(columns);
  if (kind !== undefined) return { kind, layout: 'json-list' };
  if (columns.includes('id') || columns.includes('paraphrases')) return { kind: 'pack', layout: 'yaml' };
  throw unknown(
    name,
    `a JSON list of ${columns.length === 0 ? 'no objects' : `objects with ${named(columns)}${lacking(columns)}`}`,
  );
}

function jsonObject(name: string, text: string): Recognised {
  if (/^\{\s*"format"\s*:\s*"assay-run"/.test(text)) return { kind: 'run', layout: 'json' };
  const line = parsed(firstLine(text));
  const columns = [...(fieldsOf(line?.value)?.keys() ?? [])];
  const kind = byColumns(columns);
  if (kind !== undefined) return { kind, layout: 'json-lines' };
  const whole = text.length <= MOST_CHARACTERS.pack ? parsed(text) : undefined;
  if (whole === undefined) {
    if (columns.length > 0) throw unknown(name, `JSON lines with ${named(columns)}${lacking(columns)}`);
    return { kind: 'pack', layout: 'yaml' };
  }
  const fields = [...(fieldsOf(whole.value)?.keys() ?? [])];
  const found = byFields(fields);
  if (found === undefined) throw unknown(name, `JSON with ${named(fields)}${lacking(fields)}`);
  return { kind: found, layout: found === 'run' ? 'json' : 'yaml' };
}

/** Names of the fields in the first column of a YAML file. */
function yamlFields(text: string): readonly string[] {
  return [...text.matchAll(/^["']?([A-Za-z_]\w*)["']?[ \t]*:(?=\s|$)/gm)].map(([, field]) => field ?? '');
}

/** The text from its first line that is no comment. */
function withoutComments(text: string): string {
  let rest = text;
  while (rest.startsWith('#')) {
    const end = rest.indexOf('\n');
    rest = end === -1 ? '' : rest.slice(end + 1).trimStart();
  }
  return rest;
}

/**
 * What a text file is, by its content alone; the name is for the message only.
 * @throws AppError `invalid-file` that says what was expected and what came.
 */
export function recogniseDocument(name: string, text: string): Recognised {
  const start = text.trimStart();
  if (start === '') throw unknown(name, 'an empty file');
  if (start.startsWith('[')) return jsonList(name, start);
  if (start.startsWith('{')) return jsonObject(name, start);
  const body = withoutComments(start);
  if (/^(- |-\n|---)/.test(body)) return { kind: 'pack', layout: 'yaml' };
  const columns = headerOf(start);
  const table = byColumns(columns);
  if (table !== undefined) return { kind: table, layout: 'csv' };
  const fields = yamlFields(text.slice(0, MOST_CHARACTERS.pack));
  const found = byFields(fields);
  if (found !== undefined) return { kind: found, layout: 'yaml' };
  // A list whose first entry lost its beginning, as one released file has it.
  if (fields.length === 0 && /^[\w-]+:/.test(body) && /^- /m.test(body.slice(0, 100_000)))
    return { kind: 'pack', layout: 'yaml' };
  if (fields.length > 0) throw unknown(name, `a file with the fields ${named(fields)}`);
  const got = `a table with the columns ${named(columns)}${lacking(columns)}`;
  throw unknown(name, columns.length > 1 ? got : 'other text');
}
