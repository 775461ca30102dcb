import { AppError, toAppError } from '../core/errors.ts';
import type { Role } from '../core/model.ts';
import type { AssayAutomation, ProgressSnapshot, StartOptions } from './automation.ts';
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
  readonly run: RunControl;
  readonly runs: Runs;
  /** Files put into the hidden input. */
  takeFiles(): readonly File[];
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
  return {
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
  };
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

/** The automation surface over the same state that the screens use. */
export function automation(parts: Parts): AssayAutomation {
  const { version, opened, models, packs, run, runs } = parts;
  const addOne = async (file: File): Promise<{ name: string; kind: 'model' | 'pack'; id: string }> => {
    const kind = /\.ya?ml$/i.test(file.name) ? 'pack' : 'model';
    const [added] = kind === 'pack' ? await packs.add([file]) : await models.add([file]);
    if (added !== undefined)
      return { name: file.name, kind, id: 'hash' in added ? added.hash : added.sha256 };
    throw (
      (kind === 'pack' ? packs.error : models.error) ??
      new AppError('invalid-file', `${file.name}: not added`)
    );
  };
  const addFiles = async (): Promise<Awaited<ReturnType<typeof addOne>>[]> => {
    const added: Awaited<ReturnType<typeof addOne>>[] = [];
    for (const file of parts.takeFiles()) added.push(await addOne(file));
    return added;
  };
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
    addFiles: () => coded(addFiles),
    start: (options) => coded(() => start(options)),
    progress: () => snapshot(run),
    pause: () => coded(() => run.pause()),
    exportRun: (runId) => coded(async () => (await runs.exportRun(runId)).text()),
    summary: (runId) => coded(() => runs.summary(runId)),
    reportHtml: (runId) => coded(async () => (await runs.reportHtml(runId)).text()),
  };
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
