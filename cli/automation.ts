import type { JSHandle, Page } from 'playwright-core';
import { AppError, isErrorCode } from '../src/core/errors.ts';
import type { ModelRecord } from '../src/core/model.ts';
import type { Summary } from '../src/core/report/summary.ts';
import type { AssayAutomation, ProgressSnapshot, StartOptions } from '../src/state/automation.ts';
import { isFolder } from './disk.ts';
import { messageOf } from './process.ts';

declare global {
  interface Window {
    /** Set by the app when it has mounted. */
    assay?: AssayAutomation;
  }
}

/** A model or a pack that came of a file or folder that was handed to the app. */
export type Added = Awaited<ReturnType<AssayAutomation['addFiles']>>[number];
export type Started = Awaited<ReturnType<AssayAutomation['start']>>;

/** `page.evaluate: Error: not-found: no such pack` and its stack, as the AppError that the app threw. */
export function errorFromPage(thrown: unknown): AppError {
  const first = messageOf(thrown).split('\n')[0] ?? '';
  const text = first.replace(/^\w+\.\w+: /, '').replace(/^(?:Uncaught )?(?:\w*Error: )*/, '');
  const [, code, said] = /^([a-z-]+): (.+)$/.exec(text) ?? [];
  if (said !== undefined && isErrorCode(code)) return new AppError(code, said, { cause: thrown });
  return new AppError('internal', text === '' ? 'the app failed without a message' : text, { cause: thrown });
}

async function asAppError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw errorFromPage(thrown);
  }
}

/** The app in a page, driven through `window.assay`; every verb rejects with the app's own AppError. */
export class App {
  readonly #page: Page;
  readonly #assay: JSHandle<AssayAutomation>;

  private constructor(page: Page, assay: JSHandle<AssayAutomation>) {
    this.#page = page;
    this.#assay = assay;
  }

  /** Waits until the app of this page has mounted and its database is open. */
  static async of(page: Page): Promise<App> {
    await asAppError(page.waitForFunction(() => window.assay !== undefined));
    const assay = await page.evaluateHandle(() => {
      if (window.assay === undefined) throw new Error('the app is gone');
      return window.assay;
    });
    await asAppError(assay.evaluate((app) => app.ready()));
    return new App(page, assay);
  }

  /** Hands over files and folders; resolves with what came of each, under its path. */
  async addFiles(paths: readonly string[]): Promise<ReadonlyMap<string, readonly Added[]>> {
    const folders = paths.filter(isFolder);
    const files = paths.filter((path) => !isFolder(path));
    await asAppError(
      this.#assay.evaluate((app, count) => {
        app.offerFolders(count);
      }, folders.length),
    );
    await asAppError(this.#page.setInputFiles('#automation-files', files));
    for (const [at, folder] of folders.entries())
      await asAppError(this.#page.setInputFiles(`#automation-folder-${at}`, folder));
    const added = await asAppError(this.#assay.evaluate((app) => app.addFiles()));
    return new Map(
      [...files, ...folders].map((path, at) => [path, added.filter(({ input }) => input === at)]),
    );
  }

  models(): Promise<readonly ModelRecord[]> {
    return asAppError(this.#assay.evaluate((app) => app.models()));
  }

  start(options: StartOptions): Promise<Started> {
    return asAppError(this.#assay.evaluate((app, given) => app.start(given), options));
  }

  progress(): Promise<ProgressSnapshot> {
    return asAppError(this.#assay.evaluate((app) => app.progress()));
  }

  pause(): Promise<void> {
    return asAppError(this.#assay.evaluate((app) => app.pause()));
  }

  exportRun(runId: string): Promise<string> {
    return asAppError(this.#assay.evaluate((app, id) => app.exportRun(id), runId));
  }

  exportAnswers(runId: string, kind: 'csv' | 'jsonl'): Promise<string> {
    return asAppError(
      this.#assay.evaluate((app, of) => app.exportAnswers(of.runId, of.kind), { runId, kind }),
    );
  }

  exportInspect(runId: string): Promise<readonly string[]> {
    return asAppError(this.#assay.evaluate((app, id) => app.exportInspect(id), runId));
  }

  summary(runId: string): Promise<Summary> {
    return asAppError(this.#assay.evaluate((app, id) => app.summary(id), runId));
  }

  reportHtml(runId: string): Promise<string> {
    return asAppError(this.#assay.evaluate((app, id) => app.reportHtml(id), runId));
  }

  methods(runId: string): Promise<string> {
    return asAppError(this.#assay.evaluate((app, id) => app.methods(id), runId));
  }
}
