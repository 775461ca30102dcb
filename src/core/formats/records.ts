import Papa from 'papaparse';
import * as v from 'valibot';
import { refuse } from './refuse.ts';

/** One row of a table or one object of a list. Values are texts in a CSV, anything in JSON. */
export interface FileRecord {
  /** Line in the file, or the number of the entry in a JSON list; counts from 1. */
  readonly line: number;
  readonly fields: ReadonlyMap<string, unknown>;
}

export interface Records {
  /** Names of all fields, in the order in which they are met. */
  readonly columns: readonly string[];
  readonly records: readonly FileRecord[];
}

/** More than this no set of questions or answers has. */
const MAX_RECORDS = 1_000_000;
const MAX_COLUMNS = 1000;

/** The field separator: whichever of comma, semicolon and tab the first line has most of. */
function separatorOf(text: string): string {
  const head = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: head.split(mark).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

/** The names in the first line of a table. */
export function headerOf(text: string): readonly string[] {
  const { data } = Papa.parse<string[]>(text.slice(0, 20_000), { delimiter: separatorOf(text), preview: 1 });
  return (data[0] ?? []).map((name) => name.trim());
}

/** Counts line ends as the cursor moves through the text. */
class Lines {
  readonly #text: string;
  /** Some old programs end lines with a carriage return alone. */
  readonly #end: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
    this.#end = text.includes('\n') ? '\n' : '\r';
  }

  /** The line at `position`, which never goes back. */
  at(position: number): number {
    for (let next = this.#text.indexOf(this.#end, this.#at); next !== -1 && next < position;) {
      this.#line += 1;
      this.#at = next + 1;
      next = this.#text.indexOf(this.#end, this.#at);
    }
    return this.#line;
  }
}

function checkColumns(columns: readonly string[], file: string): void {
  if (columns.length > MAX_COLUMNS)
    throw refuse(file, `expected at most ${MAX_COLUMNS} columns, got ${columns.length}`, 1);
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined) throw refuse(file, `expected each column once, got "${twice}" twice`, 1);
}

/**
 * A table with the names of its columns in the first line.
 * @throws AppError `invalid-file` with the line of an open quote or of a row with more or fewer cells than columns.
 */
export function readCsv(text: string, file: string): Records {
  const table = text.trimStart();
  const columns = headerOf(table);
  checkColumns(columns, file);
  const lines = new Lines(text);
  const lead = text.length - table.length;
  const records: FileRecord[] = [];
  let start = 0;
  let header = true;
  Papa.parse<string[]>(table, {
    delimiter: separatorOf(table),
    step: ({ data, errors, meta }) => {
      const line = lines.at(lead + start);
      const problem = errors.find(({ type }) => type === 'Quotes');
      if (problem !== undefined)
        throw refuse(file, `expected a table: ${problem.message.toLowerCase()}`, line);
      start = meta.cursor;
      const isHeader = header;
      header = false;
      if (isHeader || (data.length === 1 && data[0] === '')) return;
      if (data.length !== columns.length)
        throw refuse(file, `expected ${columns.length} cells, got ${data.length}`, line);
      if (records.length === MAX_RECORDS) throw refuse(file, `expected at most ${MAX_RECORDS} rows`, line);
      const cells = data.map((cell, at) => [columns[at] ?? '', cell] as const);
      records.push({ line, fields: new Map(cells) });
    },
  });
  return { columns, records };
}

const objectSchema = v.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** Fields of a JSON object; as a map, so that no name among them means anything. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return v.is(objectSchema, value) ? new Map(Object.entries(value)) : undefined;
}

function withColumns(records: readonly FileRecord[]): Records {
  const columns = new Set<string>();
  for (const { fields } of records) for (const name of fields.keys()) columns.add(name);
  return { columns: [...columns], records };
}

function recordOf(value: unknown, line: number, file: string): FileRecord {
  const fields = fieldsOf(value);
  if (fields === undefined) throw refuse(file, 'expected a JSON object', line);
  return { line, fields };
}

/**
 * One JSON object a line; empty lines are passed over.
 * @throws AppError `invalid-file` with the line that is not one.
 */
export function readJsonLines(text: string, file: string): Records {
  const records: FileRecord[] = [];
  text.split('\n').forEach((line, at) => {
    if (line.trim() === '') return;
    if (records.length === MAX_RECORDS) throw refuse(file, `expected at most ${MAX_RECORDS} lines`, at + 1);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw refuse(file, `expected one JSON object a line: ${reason}`, at + 1);
    }
    records.push(recordOf(value, at + 1, file));
  });
  return withColumns(records);
}

const listSchema = v.array(v.unknown());

/** A JSON list of objects; `line` is the number of the entry. @throws AppError `invalid-file`. */
export function readJsonList(value: unknown, file: string): Records {
  const list = v.safeParse(listSchema, value);
  if (!list.success) throw refuse(file, 'expected a list of JSON objects');
  return withColumns(list.output.map((entry, at) => recordOf(entry, at + 1, file)));
}
