import type { JudgeRecord, Verdict } from '../judge/types.ts';
import type { Role } from '../model.ts';
import { builtInFormat } from '../pack/formats.ts';
import { idFromFile } from '../pack/ids.ts';
import type { Note } from '../pack/types.ts';
import { specHash } from '../run/plan.ts';
import type { Answer, Published, RunRecord, RunSpec } from '../run/types.ts';
import { layOut, placesOf, type JudgedSource } from './judged-places.ts';
import { isOffScales, judgedRow, unusedColumns, type JudgedRow } from './judged-rows.ts';
import { madePack } from './made-pack.ts';
import type { Records } from './records.ts';
import { refuse } from './refuse.ts';
import type { WholeRun } from './run-file.ts';

/** Scores were given by the publisher of the file. */
export const PUBLISHED = 'published/1';

/** More rows than this that are none make a file that is none. */
const MAX_SKIPPED = 10_000;

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
