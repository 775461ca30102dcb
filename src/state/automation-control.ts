import { AppError, toAppError } from '../core/errors.ts';
import type { Role } from '../core/model.ts';
import type { AddedFile, AssayAutomation, ProgressSnapshot, StartOptions } from './automation.ts';
import type { HandedOver, HandOver } from '../platform/hand-over.ts';
import type { Intake } from './intake.svelte.ts';
import type { Models } from './models.svelte.ts';
import type { Packs } from './packs.svelte.ts';
import type { RunControl } from './run.svelte.ts';
import type { Runs } from './runs.svelte.ts';
import type { RunDraft } from './types.ts';

interface Parts {
  readonly version: string;
  readonly opened: Promise<void>;
  readonly models: Models;
  readonly packs: Packs;
  readonly intake: Intake;
  readonly run: RunControl;
  readonly runs: Runs;
  /** Files and folders put into the hidden inputs. */
  readonly handed: HandOver;
}

function needed<Value>(value: Value | undefined, what: string, id: string): Value {
  if (value === undefined) throw new AppError('not-found', `${what} "${id}" is not on this device`);
  return value;
}

function draftOf({ models, packs, run }: Parts, options: StartOptions): RunDraft {
  const chosenPacks = options.packs.map((id) => needed(packs.find(id), 'the probe pack', id));
  const judge =
    options.judge === null ? undefined : needed(models.find(options.judge), 'the judge', options.judge);
  const roleOf = (suggested: string | undefined): Role =>
    suggested === 'baseline' || suggested === 'control' ? suggested : 'candidate';
  const rubric = judge?.suggested === 'judge' ? 'toy' : 'general';
  const draft: RunDraft = {
    ...run.demoDraft(),
    title: options.title ?? 'Command-line study',
    models: options.models.map(({ id, role }) => {
      const model = needed(models.find(id), 'the model', id);
      return { sha256: model.sha256, role: role ?? roleOf(model.suggested) };
    }),
    packs: chosenPacks.map(({ hash }) => hash),
    formats: options.formats,
    samples: options.samples,
    seed: options.seed,
    judge: judge === undefined ? undefined : { sha256: judge.sha256, rubric },
    ...(options.allowSelfJudge === true ? { allowSelfJudge: true } : {}),
  };
  return { ...draft, ...run.recommend(draft)?.choice };
}

/** Error objects lose their fields on the way to the runner, so the code goes into the message. */
async function coded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    throw new AppError(code, `${code}: ${message}`, { cause: thrown });
  }
}

/** Questions, answers and rubrics are a file of their own, beside no weights that loose JSON files would belong to. */
function isDocument({ path }: HandedOver, all: readonly HandedOver[]): boolean {
  if (/^[^/]+\.(ya?ml|csv|tsv|jsonl)$/i.test(path)) return true;
  const weights = all.some((other) => /^[^/]+\.(safetensors|bin)$/i.test(other.path));
  return !weights && /^[^/]+\.json$/i.test(path);
}

async function addAll({ handed, intake, models }: Parts): Promise<readonly AddedFile[]> {
  const files = handed.take();
  const documents = files.filter((file) => isDocument(file, files));
  const added: AddedFile[] = [];
  for (const { file, input } of documents) {
    const { kind, id } = await intake.add(file);
    added.push({ name: file.name, kind, id, input });
  }
  const others = files.filter((file) => !documents.includes(file));
  if (others.length === 0) return added;
  const inputs = new Map(others.map(({ path, input }) => [path, input]));
  for (const { model, planned } of await models.addAll(others)) {
    const input = inputs.get(planned.found.paths[0] ?? '');
    if (input !== undefined) added.push({ name: model.label, kind: 'model', id: model.sha256, input });
  }
  if (models.error !== undefined) throw models.error;
  return added;
}

/** The automation surface over the same state that the screens use. */
export function automation(parts: Parts): AssayAutomation {
  const { version, opened, run, runs, handed } = parts;
  const addFiles = (): Promise<readonly AddedFile[]> => addAll(parts);
  const start = async (options: StartOptions): Promise<Awaited<ReturnType<AssayAutomation['start']>>> => {
    const draft = draftOf(parts, options);
    const { answers, problem } = run.check(draft);
    if (problem !== undefined) throw new AppError('invalid-option', problem);
    const earlier = await run.unfinished(run.spec(draft));
    if (earlier === undefined) return { runId: await run.start(draft), resumed: false, answers };
    await run.resume(earlier.id);
    return { runId: earlier.id, resumed: true, answers };
  };
  return {
    version,
    ready: () => coded(() => opened),
    offerFolders: (count) => {
      handed.folders(count);
    },
    addFiles: () => coded(addFiles),
    models: () => parts.models.models,
    start: (options) => coded(() => start(options)),
    progress: () => snapshot(run),
    pause: () => coded(() => run.pause()),
    exportRun: (runId) => coded(async () => (await runs.exportRun(runId)).text()),
    exportAnswers: (runId, kind) => coded(async () => (await runs.exportAnswers(runId, kind)).text()),
    exportInspect: (runId) => coded(() => inspectLogs(runs, runId)),
    summary: (runId) => coded(() => runs.summary(runId)),
    reportHtml: (runId) => coded(async () => (await runs.reportHtml(runId)).text()),
    methods: (runId) => coded(() => runs.methods(runId)),
  };
}

async function inspectLogs(runs: Runs, runId: string): Promise<readonly string[]> {
  const logs: string[] = [];
  const models = runs.runs.find(({ id }) => id === runId)?.spec.models ?? [];
  for (const { sha256 } of models) logs.push(await (await runs.exportInspect(runId, sha256)).text());
  return logs;
}

function snapshot({ live, error }: RunControl): ProgressSnapshot {
  const failure = error?.message ?? live?.run.failure;
  const failed = failure === undefined ? {} : { failure };
  if (live === undefined) {
    const status = error === undefined ? 'running' : 'failed';
    const none = { answered: 0, judged: 0, total: 0, elapsedMs: 0, leftMs: null, stage: 'starting' };
    return { status, ...none, ...failed };
  }
  const { answered, judged, total, elapsedMs, leftMs, stage } = live;
  const status = error === undefined ? live.run.status : 'failed';
  return { status, answered, judged, total, elapsedMs, leftMs: leftMs ?? null, stage, ...failed };
}
