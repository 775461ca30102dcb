import { LineCounter, type Document } from 'yaml';
import * as v from 'valibot';
import { AppError, type ErrorCode, type Place } from './errors.ts';
import { parseYaml, valueOfYaml, type YamlProblem } from './yaml-document.ts';

/** A parsed YAML file that still knows where everything stood. */
export interface YamlFile {
  readonly value: unknown;
  /** Line of the node at this path, or of its nearest parent that exists. */
  lineOf(path: readonly (string | number)[]): number | undefined;
  /** Where in the file a path of `value` stands, where `value` is only a part of the file. */
  pathOf?(path: readonly (string | number)[]): readonly (string | number)[];
}

/** More than this is not a probe file. */
const MAX_CHARACTERS = 5_000_000;

/** `probes[2].paraphrases` */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}

/** JSON is YAML, and read many times faster as what it is; undefined for text that is not JSON. */
function readJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function unreadable(
  file: string,
  code: ErrorCode,
  { message, at }: YamlProblem,
  lines: LineCounter,
): AppError {
  if (at === undefined) return new AppError(code, `${file}: ${message}`, { place: { file } });
  const { line } = lines.linePos(at);
  return new AppError(code, `${file}:${line}: ${message}`, { place: { file, line } });
}

function lineFinder(document: Document, lines: LineCounter): YamlFile['lineOf'] {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const start = v.safeParse(v.object({ range: v.looseTuple([v.number()]) }), node);
      if (start.success) return lines.linePos(start.output.range[0]).line;
    }
    return undefined;
  };
}

/** @throws AppError with `code`, the file and the line, when the text is not YAML. */
export function readYaml(text: string, file: string, code: ErrorCode): YamlFile {
  if (text.length > MAX_CHARACTERS) {
    throw new AppError(code, `${file}: expected at most ${MAX_CHARACTERS} characters, got ${text.length}`, {
      place: { file },
    });
  }
  const json = readJson(text);
  if (json === undefined) return readYamlOnly(text, file, code);
  // Only what is wrong needs its line. JSON that is too much for YAML has none.
  let lineOf: YamlFile['lineOf'] | undefined;
  return { ...json, lineOf: (path) => (lineOf ??= linesOfJson(text))(path) };
}

function linesOfJson(text: string): YamlFile['lineOf'] {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  return 'problem' in parsed ? () => undefined : lineFinder(parsed.document, lines);
}

function readYamlOnly(text: string, file: string, code: ErrorCode): YamlFile {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  if ('problem' in parsed) throw unreadable(file, code, parsed.problem, lines);
  const read = valueOfYaml(parsed.document);
  if ('problem' in read) throw unreadable(file, code, read.problem, lines);
  return { value: read.value, lineOf: lineFinder(parsed.document, lines) };
}

/** The library's own messages, in the words of all others. */
function messageOf({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (type === 'strict_object' && expected === 'never') return 'expected no field of this name';
  if (type === 'strict_object' && received === 'undefined') return 'expected this field, got none';
  const [, wanted, came] = /^Invalid \w+: Expected (.+) but received (.+)$/s.exec(message) ?? [];
  return wanted === undefined || came === undefined ? message : `expected ${wanted}, got ${came}`;
}

/** Every rule of `schema` must hold; the error names file, line, path, what was expected and what came. */
export function checkYaml<Schema extends v.GenericSchema>(
  schema: Schema,
  yaml: YamlFile,
  file: string,
  code: ErrorCode,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, yaml.value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const keys = (issue.path ?? []).flatMap(({ key }) =>
    typeof key === 'string' || typeof key === 'number' ? [key] : [],
  );
  throw yamlError(yaml, file, code, keys, messageOf(issue));
}

export function yamlError(
  yaml: YamlFile,
  file: string,
  code: ErrorCode,
  keys: readonly (string | number)[],
  message: string,
): AppError {
  const at = yaml.pathOf?.(keys) ?? keys;
  const line = yaml.lineOf(at);
  const path = pathText(at);
  const place: Place = { file, ...(line === undefined ? {} : { line }), ...(path === '' ? {} : { path }) };
  const where = line === undefined ? file : `${file}:${line}`;
  return new AppError(code, `${where}: ${path === '' ? 'file' : path}: ${message}`, { place });
}
