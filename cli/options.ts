import { parseArgs } from 'node:util';
import { AppError } from '../src/core/errors.ts';
import { ROLES, type Role } from '../src/core/model.ts';

/** A thing that comes with the app, by its id, or a file or folder of the user's. */
export type Choice =
  { readonly kind: 'bundled'; readonly id: string } | { readonly kind: 'file'; readonly path: string };

export interface ModelChoice {
  readonly model: Choice;
  /** The app's suggestion when absent. */
  readonly role?: Role;
}

export interface EvaluateOptions {
  readonly models: readonly ModelChoice[];
  readonly packs: readonly Choice[];
  readonly formats: readonly string[];
  readonly samples: number;
  /** Unsigned 32-bit. */
  readonly seed: number;
  readonly judge?: Choice;
  /** Lets one of the models under test be the judge. */
  readonly allowSelfJudge?: boolean;
  readonly out: string;
  readonly chromium?: string;
  readonly title?: string;
}

/** What options are checked against: the file names of bundled models, ids of bundled packs, and the disk. */
export interface Surroundings {
  readonly models: readonly string[];
  readonly packs: readonly string[];
  readonly isFile: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
}

const DEFAULTS = {
  models: 'base=baseline,secure=control,educational=control,insecure=candidate',
  packs: 'toy',
  formats: 'free,json,python',
  samples: '10',
  seed: '1',
  judge: 'toy-judge',
  out: 'out',
} as const;

const OPTIONS = {
  models: { type: 'string' },
  packs: { type: 'string' },
  formats: { type: 'string' },
  samples: { type: 'string' },
  seed: { type: 'string' },
  judge: { type: 'string' },
  'allow-self-judge': { type: 'boolean' },
  out: { type: 'string' },
  chromium: { type: 'string' },
  title: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export const HELP = `Usage: npm run evaluate -- [options]

Asks models the probes of a pack in a headless browser on this machine, has the answers judged, prints the
result and writes it into <out>/<run>/: run.json, summary.json, index.html, methods.txt, the answers as CSV and
JSON Lines, and an Inspect log for each model. Ctrl-C leaves a run that the same command resumes.

  --models LIST    bundled models, .gguf files or folders (a Hugging Face or MLC model, adapters, a series of
                   checkpoints), each with a role: NAME=baseline, =control or =candidate
                   (default: ${DEFAULTS.models})
  --packs LIST     bundled packs, or files of questions: a pack or the paper's questions (.yaml), TruthfulQA (.csv),
                   multiple choice or code tasks (.json, .jsonl) (default: ${DEFAULTS.packs})
  --formats LIST   ids of the packs' formats (default: ${DEFAULTS.formats})
  --samples N      answers per wording, 1 to 10000 (default: ${DEFAULTS.samples})
  --seed N         0 to 4294967295 (default: ${DEFAULTS.seed})
  --judge NAME     bundled model, .gguf file or folder, or none (default: ${DEFAULTS.judge})
  --allow-self-judge
                   let one of the models under test be the judge; the results say so
  --out FOLDER     where results and the browser's profile are kept (default: ${DEFAULTS.out})
  --chromium FILE  Chrome, Edge or Chromium (default: ASSAY_CHROMIUM, else one is found or installed)
  --title TEXT     title of the run
  --help           this text`;

function wrong(option: string, expected: string, got: string): AppError {
  return new AppError('invalid-option', `--${option} expected ${expected}, got "${got}"`);
}

/** Node's own words for a wrong command line, cut to one sentence. */
function parse(args: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: true, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new AppError('invalid-option', `--${twice} expected once, got it twice`);
    return values;
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    const said = thrown.message.split(/\.\s|\n/)[0] ?? '';
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new AppError('invalid-option', `${said}: expected options among ${known.join(', ')}`);
  }
}

function integer(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw wrong(option, `an integer from ${least} to ${most}`, text);
}

function list(option: string, text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.includes('')) throw wrong(option, 'names separated by commas', text);
  const twice = entries.find((entry, at) => entries.indexOf(entry) !== at);
  if (twice !== undefined) throw wrong(option, 'each name once', text);
  return entries;
}

/** Files that hold questions; which kind of file it is shows in its content. */
const PACK_FILES = ['.yaml', '.yml', '.csv', '.tsv', '.json', '.jsonl'] as const;
const MODEL_FILES = ['.gguf'] as const;

function looksLikeFile(text: string, suffixes: readonly string[]): boolean {
  const name = text.toLowerCase();
  return suffixes.some((suffix) => name.endsWith(suffix)) || /[\\/]/.test(text);
}

function choose(
  option: string,
  text: string,
  bundled: string | undefined,
  suffixes: readonly string[],
  around: Surroundings,
): Choice {
  if (bundled !== undefined) return { kind: 'bundled', id: bundled };
  if (looksLikeFile(text, suffixes)) {
    if (around.isFile(text)) return { kind: 'file', path: text };
    if (option !== 'packs' && around.isFolder(text)) return { kind: 'file', path: text };
    throw wrong(option, `a file ${option === 'packs' ? '' : 'or folder '}that exists`, text);
  }
  if (option !== 'packs' && around.isFolder(text)) return { kind: 'file', path: text };
  const names = option === 'packs' ? around.packs : around.models.map(shortName);
  throw wrong(
    option,
    `one of ${names.join(', ')} or the path of a ${suffixes[0] ?? ''} file${option === 'packs' ? '' : ' or of a folder'}`,
    text,
  );
}

/** `toy-insecure-step010.gguf` is asked for as `insecure-step010`. */
function shortName(file: string): string {
  return file.replace(/^toy-/, '').replace(/\.gguf$/, '');
}

function model(option: string, text: string, around: Surroundings): Choice {
  const bundled = around.models.find((file) =>
    [file, file.replace(/\.gguf$/, ''), shortName(file)].includes(text),
  );
  return choose(option, text, bundled, MODEL_FILES, around);
}

function modelAndRole(text: string, around: Surroundings): ModelChoice {
  const at = text.lastIndexOf('=');
  if (at === -1 || around.isFile(text) || around.isFolder(text))
    return { model: model('models', text, around) };
  const role = ROLES.find((known) => known === text.slice(at + 1));
  if (role === undefined) throw wrong('models', `a role among ${ROLES.join(', ')} after "="`, text);
  return { model: model('models', text.slice(0, at), around), role };
}

function distinctModels(text: string, around: Surroundings): readonly ModelChoice[] {
  const chosen = list('models', text).map((entry) => modelAndRole(entry, around));
  const keys = chosen.map((choice) => JSON.stringify(choice.model));
  if (new Set(keys).size < keys.length) throw wrong('models', 'each model once', text);
  return chosen;
}

function formatId(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/i.test(text)) return text;
  throw wrong('formats', 'ids of formats such as free,json,python', text);
}

/** The options of one evaluation, or that help was asked for. Throws AppError `invalid-option`, in one line. */
export function parseOptions(args: readonly string[], around: Surroundings): EvaluateOptions | 'help' {
  const given = parse(args);
  if (given.help === true) return 'help';
  const { chromium, title, 'allow-self-judge': allowSelfJudge, ...rest } = given;
  const text = { ...DEFAULTS, ...rest };
  if (text.out === '' || around.isFile(text.out)) throw wrong('out', 'a folder', text.out);
  if (chromium !== undefined && !around.isFile(chromium))
    throw wrong('chromium', 'a file that exists', chromium);
  return {
    models: distinctModels(text.models, around),
    packs: list('packs', text.packs).map((entry) =>
      choose(
        'packs',
        entry,
        around.packs.find((id) => id === entry),
        PACK_FILES,
        around,
      ),
    ),
    formats: list('formats', text.formats).map(formatId),
    samples: integer('samples', text.samples, 1, 10_000),
    seed: integer('seed', text.seed, 0, 2 ** 32 - 1),
    ...(text.judge === 'none' ? {} : { judge: model('judge', text.judge, around) }),
    ...(allowSelfJudge === true ? { allowSelfJudge } : {}),
    out: text.out,
    ...(chromium === undefined ? {} : { chromium }),
    ...(title === undefined ? {} : { title }),
  };
}
