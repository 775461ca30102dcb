import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { AppError } from '../src/core/errors.ts';
import type { ProgressSnapshot, StartOptions } from '../src/state/automation.ts';
import { App } from './automation.ts';
import { APP_ORIGIN, openBrowser } from './browser.ts';
import type { Choice, EvaluateOptions } from './options.ts';
import { messageOf } from './process.ts';
import { ProgressLine, type Output } from './progress.ts';
import { serve } from './server.ts';
import { summaryText } from './summary-text.ts';
import { watch } from './watch.ts';

const LOOK_EVERY_MS = 250;

export interface Evaluation {
  readonly options: EvaluateOptions;
  /** The browser's program. */
  readonly program: string;
  /** The built app. */
  readonly folder: string;
  /** Aborted when the user wants to stop: the run is paused and can be resumed. */
  readonly interrupt: AbortSignal;
  readonly output: Output;
  /** Called once the run is stored: from here on there is something to resume. */
  readonly onStart?: () => void;
}

/** `interrupted` leaves a run that the same options resume. */
export type Outcome = 'done' | 'interrupted';

function filesOf({ models, packs, judge }: EvaluateOptions): readonly string[] {
  const choices = [...models.map((entry) => entry.model), ...packs, ...(judge === undefined ? [] : [judge])];
  return [
    ...new Set(choices.flatMap((choice) => (choice.kind === 'file' ? [path.resolve(choice.path)] : []))),
  ];
}

/** Ids in the app, by the path of what was handed over; a folder may have several models. */
type AddedIds = ReadonlyMap<string, readonly string[]>;

/** Hands the user's files and folders to the app. */
async function addFiles(app: App, options: EvaluateOptions): Promise<AddedIds> {
  const files = filesOf(options);
  const packs = new Set(
    options.packs.flatMap((choice) => (choice.kind === 'file' ? [path.resolve(choice.path)] : [])),
  );
  if (files.length === 0) return new Map();
  const added = await app.addFiles(files);
  return new Map(
    files.map((file) => {
      const became = added.get(file) ?? [];
      const expected = packs.has(file) ? 'pack' : 'model';
      if (became.length > 0 && became.every(({ kind }) => kind === expected))
        return [file, became.map(({ id }) => id)];
      throw new AppError(
        'invalid-file',
        `${file}: expected a ${expected}, got ${became[0]?.kind ?? 'nothing'}`,
      );
    }),
  );
}

function startOptions(options: EvaluateOptions, added: AddedIds): StartOptions {
  const idsOf = (choice: Choice): readonly string[] => {
    if (choice.kind === 'bundled') return [choice.id];
    const ids = added.get(path.resolve(choice.path));
    if (ids === undefined) throw new AppError('not-found', `${choice.path} was not taken by the app`);
    return ids;
  };
  const judgeOf = (choice: Choice): string => {
    const [id, ...more] = idsOf(choice);
    if (id !== undefined && more.length === 0) return id;
    throw new AppError('invalid-option', `--judge expected one model, got ${more.length + 1}`);
  };
  const { models, packs, formats, samples, seed, judge, allowSelfJudge, title } = options;
  return {
    models: models.flatMap(({ model, role }) =>
      idsOf(model).map((id) => ({ id, ...(role === undefined ? {} : { role }) })),
    ),
    packs: packs.flatMap(idsOf),
    formats,
    samples,
    seed,
    judge: judge === undefined ? null : judgeOf(judge),
    ...(allowSelfJudge === undefined ? {} : { allowSelfJudge }),
    ...(title === undefined ? {} : { title }),
  };
}

/** Shows the progress until the run ends, or until it is paused because of an interrupt. */
async function follow(app: App, line: ProgressLine, interrupt: AbortSignal): Promise<ProgressSnapshot> {
  for (;;) {
    const now = await app.progress();
    line.show(now, performance.now());
    if (now.status !== 'running') return now;
    if (interrupt.aborted) {
      await app.pause();
      return app.progress();
    }
    // An interrupt ends the wait early; the next round sees it.
    await delay(LOOK_EVERY_MS, undefined, { signal: interrupt }).catch(() => undefined);
  }
}

async function writeResults(app: App, runId: string, { options, output }: Evaluation): Promise<void> {
  if (!/^[\w-][\w.-]*$/.test(runId))
    throw new AppError('internal', `expected a run id fit for a folder, got "${runId}"`);
  const folder = path.resolve(options.out, runId);
  await mkdir(folder, { recursive: true });
  const summary = await app.summary(runId);
  const logs = await app.exportInspect(runId);
  const files = {
    'run.json': await app.exportRun(runId),
    'summary.json': `${JSON.stringify(summary, null, 2)}\n`,
    'index.html': await app.reportHtml(runId),
    'methods.txt': await app.methods(runId),
    'answers.csv': await app.exportAnswers(runId, 'csv'),
    'answers.jsonl': await app.exportAnswers(runId, 'jsonl'),
    ...Object.fromEntries(logs.map((log, at) => [`inspect-${at + 1}.json`, log])),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  output.write(`\n${summaryText(summary)}\n\n`);
  for (const name of Object.keys(files)) output.write(`${path.join(folder, name)}\n`);
}

async function drive(page: Page, evaluation: Evaluation): Promise<Outcome> {
  const { options, interrupt, output } = evaluation;
  await page.goto(APP_ORIGIN);
  const app = await App.of(page);
  const added = await addFiles(app, options);
  if (interrupt.aborted) return 'interrupted';
  const { runId, resumed, answers } = await app.start(startOptions(options, added));
  evaluation.onStart?.();
  output.write(`${resumed ? 'resuming' : 'starting'} run ${runId}: ${answers} answers\n`);
  const line = new ProgressLine(output, options.judge !== undefined);
  const last = await follow(app, line, interrupt);
  line.end(last);
  if (last.status === 'paused') return 'interrupted';
  if (last.status !== 'done') {
    throw new AppError(
      'engine-crashed',
      `the run ended as ${last.status}: ${last.failure ?? 'no reason was given'}`,
    );
  }
  await writeResults(app, runId, evaluation);
  return 'done';
}

async function launch({ options, program }: Evaluation, port: number): Promise<BrowserContext> {
  const profile = path.resolve(options.out, '.profile');
  await mkdir(profile, { recursive: true });
  try {
    return await openBrowser({ program, profile, port });
  } catch (thrown) {
    const text = messageOf(thrown);
    const why = /ProcessSingleton|in use/i.test(text)
      ? `another evaluation is using ${profile}: wait for it, or choose another --out`
      : `${program} could not be started: ${text.split('\n')[0] ?? ''}`;
    throw new AppError('internal', why, { cause: thrown });
  }
}

/** Runs one evaluation in a headless browser, writes its files and prints its tables. Rejects with an AppError. */
export async function evaluate(evaluation: Evaluation): Promise<Outcome> {
  const server = await serve({ folder: evaluation.folder, port: 0 });
  try {
    const context = await launch(evaluation, server.port);
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      const failure = watch(context, page);
      page.on('pageerror', (error) => evaluation.output.write(`error in the page: ${error.message}\n`));
      return await Promise.race([drive(page, evaluation), failure]);
    } finally {
      await context.close();
    }
  } finally {
    await server.close();
  }
}
