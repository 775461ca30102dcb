import * as v from 'valibot';
import type { JudgeRecord, Verdict } from '../judge/types.ts';
import type { Judging } from '../judging/types.ts';
import { parsePack } from '../pack/parse.ts';
import type { Pack } from '../pack/types.ts';
import { makePlan } from '../run/plan.ts';
import type { Answer, RunRecord } from '../run/types.ts';
import { refuse } from './refuse.ts';
import { runFileSchema } from './run-schema.ts';

/** A whole run as it is exported and imported. */
export interface WholeRun {
  readonly run: RunRecord;
  readonly packs: readonly Pack[];
  readonly answers: readonly Answer[];
  readonly verdicts: readonly Verdict[];
  readonly judgeRecords: readonly JudgeRecord[];
  /** What other judges said of the same answers. */
  readonly judgings?: readonly WholeJudging[];
}

export interface WholeJudging {
  readonly judging: Judging;
  readonly verdicts: readonly Verdict[];
  readonly judgeRecords: readonly JudgeRecord[];
}

/** The parts of a run of which there is one record per answer. */
export const RUN_PARTS = ['answers', 'verdicts', 'judgeRecords'] as const;
export type RunPart = (typeof RUN_PARTS)[number];
const JUDGING_PARTS = ['verdicts', 'judgeRecords'] as const;

/** The records of one part, page by page; `owner` is the id of the run or of a judging. */
export type PagesOf = (part: RunPart, owner: string) => AsyncIterable<readonly object[]>;

async function* listPieces(part: RunPart, owner: string, pagesOf: PagesOf): AsyncGenerator<string> {
  yield `,\n"${part}":[`;
  let lead = '\n';
  for await (const page of pagesOf(part, owner)) {
    if (page.length === 0) continue;
    yield lead + page.map((record) => JSON.stringify(record)).join(',\n');
    lead = ',\n';
  }
  yield ']';
}

/** The pieces of the file in order, a record a line, read page by page so that a large run is never one string. */
export async function* runFilePieces(
  run: RunRecord,
  packs: readonly Pack[],
  pagesOf: PagesOf,
  judgings: readonly Judging[] = [],
): AsyncGenerator<string> {
  const { imported: _here, ...written } = run;
  const sources = packs.map(({ id, source }) => ({ file: `${id}.yaml`, source }));
  yield `{"format":"assay-run","version":1,\n"run":${JSON.stringify(written)},\n"packs":${JSON.stringify(sources)}`;
  for (const part of RUN_PARTS) yield* listPieces(part, run.id, pagesOf);
  let lead = ',\n"judgings":[\n';
  for (const judging of judgings) {
    yield `${lead}{"judging":${JSON.stringify(judging)}`;
    for (const part of JUDGING_PARTS) yield* listPieces(part, judging.id, pagesOf);
    yield '}';
    lead = ',\n';
  }
  yield judgings.length === 0 ? '}\n' : ']}\n';
}

function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refuse(
      file,
      `expected a run exported by Assay, got a file that is broken or cut short: copy or export it again (${reason})`,
    );
  }
}

type RunFile = v.InferOutput<typeof runFileSchema>;

/** Checks, and gives back the very value that was checked, so that what is exported again is the same text. */
function checkShape(json: unknown, file: string): RunFile {
  if (v.is(runFileSchema, json)) return json;
  const [issue] = v.safeParse(runFileSchema, json, { abortEarly: true }).issues ?? [];
  const path = issue === undefined ? null : v.getDotPath(issue);
  const reason = issue?.message ?? 'unknown fields';
  throw refuse(file, `expected a run exported by Assay; ${path === null ? '' : `${path}: `}${reason}`);
}

/** More groups than this are laid out by no run of ours; a plan is made as a whole, in memory. */
const MAX_GROUPS = 1_000_000;

/** A short file may name a plan that is longer than any memory: models x wordings x formats. */
function checkExtent({ run: { spec }, packs }: WholeRun, file: string): void {
  const turns = new Map(
    packs.map(({ hash, probes }) => [
      hash,
      probes.reduce((sum, { wordings, followUps }) => sum + wordings.length * (1 + followUps.length), 0),
    ]),
  );
  const asked = spec.packs.reduce((sum, hash) => sum + (turns.get(hash) ?? 0), 0);
  const groups = asked * spec.models.length * spec.formats.length;
  if (groups > MAX_GROUPS)
    throw refuse(file, `expected a plan of at most ${MAX_GROUPS} prompts, got up to ${groups}`);
}

/** Every table is by model and by pack, so that none may be there twice. */
function checkDistinct({ models, packs }: WholeRun['run']['spec'], file: string): void {
  for (const [what, ids] of Object.entries({ models: models.map(({ sha256 }) => sha256), packs })) {
    const twice = repeated(ids);
    if (twice !== undefined) throw refuse(file, `run.spec.${what}: expected each once, got ${twice} twice`);
  }
}

function repeated(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

function checkItems(whole: WholeRun, file: string): void {
  const { items } = makePlan(whole.run.spec, whole.packs);
  const seen = { answers: new Set<number>(), verdicts: new Set<number>(), judgeRecords: new Set<number>() };
  for (const part of RUN_PARTS) {
    for (const { runId, item } of whole[part]) {
      if (runId !== whole.run.id) throw refuse(file, `${part}: expected run ${whole.run.id}, got ${runId}`);
      if (item >= items) throw refuse(file, `${part}: the plan has ${items} items, got item ${item}`);
      if (seen[part].has(item)) throw refuse(file, `${part}: item ${item} stands twice`);
      seen[part].add(item);
    }
  }
  const orphan = [...seen.verdicts].find((item) => !seen.answers.has(item));
  if (orphan !== undefined) throw refuse(file, `verdicts: item ${orphan} has a verdict and no answer`);
}

function checkJudging(
  whole: WholeRun,
  { judging, verdicts, judgeRecords }: WholeJudging,
  file: string,
): void {
  const { subject, id } = judging;
  if (subject.kind !== 'run' || subject.runId !== whole.run.id) {
    throw refuse(file, `judgings: expected judges of run ${whole.run.id}, got ${id} of something else`);
  }
  const answered = new Set(whole.answers.map(({ item }) => item));
  for (const [part, records] of Object.entries({ verdicts, judgeRecords })) {
    const seen = new Set<number>();
    for (const { runId, item } of records) {
      if (runId !== id) throw refuse(file, `judgings: ${part}: expected ${id}, got ${runId}`);
      if (!answered.has(item)) throw refuse(file, `judgings: ${part}: item ${item} has no answer`);
      if (seen.has(item)) throw refuse(file, `judgings: ${part}: item ${item} stands twice`);
      seen.add(item);
    }
  }
}

/** Verdicts are stored under the id of whose they are, so one id must not be of two. */
function checkOwners(ids: readonly string[], file: string): void {
  const twice = repeated(ids);
  if (twice !== undefined) throw refuse(file, `expected ids of their own, got ${twice} twice`);
}

/**
 * Reads an exported run. Everything is checked before anything is given back, so a caller stores all or nothing.
 * @throws AppError `invalid-file` that says what was expected and what came.
 */
export function readRunFile(text: string, file: string): WholeRun {
  const shape = checkShape(readJson(text, file), file);
  const packs = shape.packs.map((pack) => parsePack(pack.source, pack.file));
  const missing = shape.run.spec.packs.find((hash) => !packs.some((pack) => pack.hash === hash));
  if (missing !== undefined) throw refuse(file, `packs: expected the pack with hash ${missing}, got none`);
  const { run, answers, verdicts, judgeRecords, judgings = [] } = shape;
  const whole = {
    run,
    packs,
    answers,
    verdicts,
    judgeRecords,
    ...(judgings.length === 0 ? {} : { judgings }),
  };
  checkExtent(whole, file);
  checkDistinct(run.spec, file);
  checkItems(whole, file);
  for (const judging of judgings) checkJudging(whole, judging, file);
  checkOwners([run.id, ...judgings.map(({ judging }) => judging.id)], file);
  return whole;
}
