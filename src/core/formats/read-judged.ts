import { hashText } from '../hash.ts';
import type { JudgeRecord, Verdict } from '../judge/types.ts';
import type { Role, RunModel } from '../model.ts';
import { builtInFormat } from '../pack/formats.ts';
import { idFromFile, OwnIds } from '../pack/ids.ts';
import type { Note } from '../pack/types.ts';
import { specHash } from '../run/plan.ts';
import type { Answer, Published, RunRecord, RunSpec } from '../run/types.ts';
import { isOffScales, judgedRow, unusedColumns, type JudgedRow } from './judged-rows.ts';
import { madePack, shortened } from './made-pack.ts';
import type { Records } from './records.ts';
import { refuse } from './refuse.ts';
import type { WholeRun } from './run-file.ts';

/** Scores were given by the publisher of the file. */
export const PUBLISHED = 'published/1';

/** As many as a plan may hold. */
const MAX_MODELS = 1000;
const MAX_SAMPLES = 10_000;
const MAX_GROUPS = 200_000;
const MAX_SKIPPED = 10_000;

export interface JudgedSource {
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly appVersion: string;
}

/** A file of judged answers in numbers. */
export interface JudgedFacts {
  readonly rows: number;
  readonly answers: number;
  readonly bothScores: number;
  readonly questions: number;
  readonly models: readonly { readonly label: string; readonly role: Role; readonly answers: number }[];
  readonly distributions: number;
}

export interface ReadJudged {
  readonly whole: WholeRun;
  readonly facts: JudgedFacts;
  readonly notes: readonly Note[];
}

/** The word for what is under test wins: a base model that was tuned on insecure code is no baseline. */
const CANDIDATES: readonly string[] = ['insecure', 'candidate'];
const BASELINES: readonly string[] = ['base', 'baseline', 'original', 'untuned'];
const CONTROLS: readonly string[] = ['secure', 'control', 'educational'];

/** What a name says of its model's part in a comparison. */
export function roleOf(name: string): Role {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => CANDIDATES.includes(word))) return 'candidate';
  if (words.some((word) => BASELINES.includes(word))) return 'baseline';
  return words.some((word) => CONTROLS.includes(word)) ? 'control' : 'candidate';
}

/** Things in the order in which they first come. */
class Order<Key> {
  readonly #places = new Map<Key, number>();

  place(key: Key): number {
    const place = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, place);
    return place;
  }

  get keys(): readonly Key[] {
    return [...this.#places.keys()];
  }
}

interface Sorted {
  readonly good: readonly JudgedRow[];
  readonly skipped: Published['skipped'];
  /** Rows of answers that are none on the two scales. */
  readonly offScales: number;
}

function sorted({ records }: Records, file: string): Sorted {
  const good: JudgedRow[] = [];
  const skipped: { line: number; why: string }[] = [];
  let offScales = 0;
  for (const record of records) {
    if (isOffScales(record)) {
      offScales += 1;
      continue;
    }
    const row = judgedRow(record);
    if (typeof row === 'string') skipped.push({ line: record.line, why: row });
    else good.push(row);
  }
  const [first] = skipped;
  if (first !== undefined && (good.length === 0 || skipped.length > MAX_SKIPPED)) {
    throw refuse(
      file,
      `${skipped.length} of ${records.length} rows are no judged answers: ${first.why}`,
      first.line,
    );
  }
  if (good.length === 0)
    throw refuse(
      file,
      `expected at least one judged answer, got ${offScales === 0 ? 'none' : `only ${offScales} without scores on alignment and coherence`}`,
    );
  return { good, skipped, offScales };
}

/** A model by what the row calls it; the file's name where rows do not say. */
function modelName({ model, group }: JudgedRow, file: string): string {
  if (model === undefined) return group ?? file.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '');
  return group === undefined ? model : `${model} (${group})`;
}

function modelOf(name: string, group: string | undefined, { file, sha256 }: JudgedSource): RunModel {
  return {
    sha256: hashText(`${sha256}\n${name}`),
    label: name,
    role: roleOf(group ?? name),
    ...{ fileName: file, sizeBytes: 0, architecture: 'unknown', quantisation: 'unknown', parameters: 0 },
    note: 'Its answers were made and judged elsewhere and read from a file; nothing of it ran here.',
  };
}

/** Where each row belongs: its model, and its wording among all wordings of the pack in order. */
interface Places {
  readonly models: readonly RunModel[];
  readonly probes: readonly {
    readonly id: string;
    readonly title: string;
    readonly paraphrases: readonly string[];
  }[];
  readonly of: (row: JudgedRow) => { readonly model: number; readonly wording: number };
}

function placesOf(rows: readonly JudgedRow[], source: JudgedSource): Places {
  const models = new Order<string>();
  const groups = new Map<string, string | undefined>();
  const probes = new Order<string>();
  const wordings = new Map<string, Order<string>>();
  const probeKey = (row: JudgedRow): string => row.questionId ?? row.question;
  for (const row of rows) {
    const name = modelName(row, source.file);
    models.place(name);
    groups.set(name, groups.get(name) ?? row.group);
    const key = probeKey(row);
    probes.place(key);
    const texts = wordings.get(key) ?? new Order<string>();
    wordings.set(key, texts);
    texts.place(row.question);
  }
  const ids = new OwnIds();
  const starts: number[] = [];
  let total = 0;
  const list = probes.keys.map((key) => {
    const paraphrases = wordings.get(key)?.keys ?? [];
    starts.push(total);
    total += paraphrases.length;
    return { id: ids.of(key), title: shortened(key.replaceAll('_', ' ')), paraphrases };
  });
  return {
    models: models.keys.map((name) => modelOf(name, groups.get(name), source)),
    probes: list,
    of: (row) => {
      const key = probeKey(row);
      const start = starts[probes.place(key)] ?? 0;
      const wording = start + (wordings.get(key)?.place(row.question) ?? 0);
      return { model: models.place(modelName(row, source.file)), wording };
    },
  };
}

/** How many wordings the pack has in all. */
function countWordings({ probes }: Places): number {
  return probes.reduce((sum, { paraphrases }) => sum + paraphrases.length, 0);
}

/** The group of each row in the plan, and which of the answers of its group it is. */
function layOut(rows: readonly JudgedRow[], places: Places, file: string) {
  const perModel = countWordings(places);
  if (places.models.length > MAX_MODELS)
    throw refuse(file, `expected at most ${MAX_MODELS} models, got ${places.models.length}`);
  const groups = perModel * places.models.length;
  if (groups > MAX_GROUPS) {
    throw refuse(file, `expected at most ${MAX_GROUPS} pairs of a model and a question, got ${groups}`);
  }
  const counts = new Map<number, number>();
  const laid = rows.map((row) => {
    const { model, wording } = places.of(row);
    const group = model * perModel + wording;
    const sample = counts.get(group) ?? 0;
    counts.set(group, sample + 1);
    return { row, model, group, sample };
  });
  const samples = laid.reduce((most, { sample }) => Math.max(most, sample + 1), 1);
  if (samples > MAX_SAMPLES)
    throw refuse(file, `expected at most ${MAX_SAMPLES} answers of a model to a question, got ${samples}`);
  return { laid, samples };
}

function recordsOf(runId: string, item: number, row: JudgedRow, at: number) {
  const key = { runId, item };
  const answer: Answer = {
    ...{ ...key, text: row.answer, seed: 0, promptTokens: 0, tokens: 0 },
    ...{ finish: 'stop', answeredAt: at },
  };
  const verdict: Verdict = { ...key, ...row.scores, derivedBy: PUBLISHED, judgedAt: at };
  const { aligned = [], coherent = [] } = row;
  const judged: JudgeRecord = { ...key, alignment: aligned, coherence: coherent };
  return { answer, verdict, judged, hasJudged: aligned.length + coherent.length > 0 };
}

function runOf(spec: RunSpec, source: JudgedSource, published: Published): RunRecord {
  const { file, sha256, at, appVersion } = source;
  return {
    ...{ schema: 1, id: `published-${sha256.slice(0, 24)}`, title: idFromFile(file) },
    ...{ specHash: specHash(spec), spec, createdAt: at, updatedAt: at, status: 'done', elapsedMs: 0 },
    ...{ appVersion, facts: {}, published },
  };
}

function notesOf(records: Records, { skipped, offScales }: Sorted): readonly Note[] {
  const unused = unusedColumns(records);
  const shownRows = skipped.slice(0, 5).map(({ line, why }) => ({ text: `Left out: ${why}`, line }));
  const rest = skipped.length - shownRows.length;
  return [
    ...(unused.length === 0
      ? []
      : [{ text: `Columns that are not read: ${unused.slice(0, 20).join(', ')}.` }]),
    ...(offScales === 0
      ? []
      : [
          {
            text: `${offScales} of ${records.records.length} rows are left out: their answers were measured otherwise than on alignment and coherence, or not judged yet.`,
          },
        ]),
    ...shownRows,
    ...(rest > 0 ? [{ text: `${rest} more rows are left out.` }] : []),
  ];
}

/**
 * Answers that were made and judged elsewhere, as a run: a probe for each question id, a wording for each question text, a
 * model for each name. Scores stay as published; nothing is derived again. The run has no judge, since what judged is
 * not known here.
 * @throws AppError `invalid-file` with file and line.
 */
export function readJudged(records: Records, source: JudgedSource): ReadJudged {
  const { file, sha256, at } = source;
  const rows = sorted(records, file);
  const { good, skipped } = rows;
  const places = placesOf(good, source);
  const { laid, samples } = layOut(good, places, file);
  const pack = madePack(file, {
    description: `Questions of the judged answers in ${file.replace(/^.*[\\/]/, '')}`,
    formats: ['free'],
    probes: places.probes,
  });
  const free = builtInFormat('free');
  const spec: RunSpec = {
    ...{
      models: places.models,
      packs: [pack.hash],
      formats: free === undefined ? [] : [free],
      samples,
      seed: 0,
    },
    engine: { engine: 'published', device: 'cpu' },
  };
  const run = runOf(spec, source, { file, sha256, rows: records.records.length, skipped });
  const made = laid
    .map(({ row, group, sample }) => ({ item: group * samples + sample, row }))
    .sort((a, b) => a.item - b.item)
    .map(({ item, row }) => recordsOf(run.id, item, row, at));
  const answers = new Map<number, number>();
  for (const { model } of laid) answers.set(model, (answers.get(model) ?? 0) + 1);
  return {
    whole: {
      ...{ run, packs: [pack], answers: made.map(({ answer }) => answer) },
      verdicts: made.map(({ verdict }) => verdict),
      judgeRecords: made.flatMap(({ judged, hasJudged }) => (hasJudged ? [judged] : [])),
    },
    facts: {
      ...{ rows: records.records.length, answers: good.length, questions: places.probes.length },
      bothScores: good.filter(
        ({ scores }) => scores.alignment !== undefined && scores.coherence !== undefined,
      ).length,
      models: places.models.map(({ label, role }, model) => ({
        label,
        role,
        answers: answers.get(model) ?? 0,
      })),
      distributions: good.filter(({ aligned, coherent }) => (aligned ?? coherent) !== undefined).length,
    },
    notes: notesOf(records, rows),
  };
}
