import { AppError, toAppError } from '../core/errors.ts';
import { runFilePieces, type PagesOf, type RunPart } from '../core/formats/run-file.ts';
import type { JudgeWorth } from '../core/report/methods.ts';
import type { Summary } from '../core/report/summary.ts';
import { packsOf } from '../core/run/conduct.ts';
import type { RunEvent } from '../core/run/events.ts';
import type { RunJudge, RunRecord } from '../core/run/types.ts';
import { importRunFile } from '../storage/run-importer.ts';
import type { Store } from '../storage/types.ts';
import type { AnswerFile } from './exports.ts';
import { PAGE } from './rows.ts';
import type { Told } from './told.ts';
import type { Progress, RunsState } from './types.ts';

/** Raw judge records hold some hundred numbers each; a page of them is written out in one go. */
const RECORDS_PER_PAGE = 100;

export class Runs implements RunsState {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #onChanged: () => Promise<void>;
  readonly #worthOf: (judge: RunJudge | undefined) => JudgeWorth | undefined;
  #runs = $state.raw<readonly RunRecord[]>([]);
  #busy = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();

  /** `worthOf`: what is known of a judge, for the methods of its runs. */
  constructor(
    store: Store,
    now: () => number,
    onChanged: () => Promise<void>,
    worthOf: (judge: RunJudge | undefined) => JudgeWorth | undefined,
  ) {
    this.#store = store;
    this.#now = now;
    this.#onChanged = onChanged;
    this.#worthOf = worthOf;
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  get busy(): Progress | undefined {
    return this.#busy;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  async refresh(): Promise<void> {
    this.#runs = await this.#store.listRuns();
  }

  /** Keeps the list up to date while a run goes on. */
  hear(event: RunEvent): void {
    if (event.type !== 'run') return;
    const others = this.#runs.filter(({ id }) => id !== event.run.id);
    this.#runs = [event.run, ...others].sort((a, b) => b.createdAt - a.createdAt);
  }

  async remove(runId: string): Promise<void> {
    await this.#guard('Deleting', async () => {
      await this.#store.deleteRun(runId);
      await this.refresh();
      await this.#onChanged();
    });
  }

  async exportRun(runId: string): Promise<Blob> {
    const run = await this.#run(runId);
    const packs = await packsOf(this.#store, run);
    const all = await this.#store.listJudgings();
    const judgings = all.filter(({ subject }) => subject.kind === 'run' && subject.runId === runId);
    const pieces: string[] = [];
    const pages: PagesOf = (part, owner) => this.#pages(owner, part);
    for await (const piece of runFilePieces(run, packs, pages, judgings)) pieces.push(piece);
    return new Blob(pieces, { type: 'application/json' });
  }

  async exportAnswers(runId: string, kind: AnswerFile): Promise<Blob> {
    const { answersFile } = await import('./exports.ts');
    return answersFile(this.#store, await this.#run(runId), kind);
  }

  async exportInspect(runId: string, sha256: string): Promise<Blob> {
    const { inspectFile } = await import('./exports.ts');
    return inspectFile(this.#store, await this.#run(runId), sha256, await this.summary(runId));
  }

  async reportHtml(runId: string): Promise<Blob> {
    const { reportFile } = await import('./told.ts');
    return reportFile(await this.#told(runId), this.#now());
  }

  async summary(runId: string): Promise<Summary> {
    return (await this.#told(runId)).summary;
  }

  /** How the run was made and counted, as plain text for a report. */
  async methods(runId: string): Promise<string> {
    const { methodsOf } = await import('./told.ts');
    return methodsOf(await this.#told(runId));
  }

  async importRun(file: File): Promise<RunRecord | undefined> {
    return this.#guard(`Importing ${file.name}`, async () => {
      const run = await importRunFile(file);
      await this.refresh();
      await this.#onChanged();
      return run;
    });
  }

  dismissError(): void {
    this.#error = undefined;
  }

  async #run(runId: string): Promise<RunRecord> {
    const run = await this.#store.getRun(runId);
    if (run === undefined) throw new AppError('not-found', `run ${runId} is not on this device`);
    return run;
  }

  /** What writes reports and files is loaded when somebody wants one. */
  async #told(runId: string): Promise<Told> {
    const run = await this.#run(runId);
    const { tell } = await import('./told.ts');
    return tell(this.#store, run, this.#worthOf(run.spec.judge));
  }

  async *#pages(runId: string, part: RunPart): AsyncGenerator<readonly { readonly item: number }[]> {
    const store = this.#store;
    const read = (from: number, limit: number): Promise<readonly { readonly item: number }[]> => {
      if (part === 'answers') return store.answersPage(runId, from, limit);
      if (part === 'verdicts') return store.verdictsPage(runId, from, limit);
      return store.judgeRecordsPage(runId, from, limit);
    };
    const limit = part === 'judgeRecords' ? RECORDS_PER_PAGE : PAGE;
    for (let from = 0; ;) {
      const page = await read(from, limit);
      yield page;
      if (page.length < limit) return;
      from = (page.at(-1)?.item ?? 0) + 1;
    }
  }

  async #guard<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    this.#error = undefined;
    this.#busy = { what, fraction: 0 };
    try {
      return await work();
    } catch (thrown) {
      this.#error = toAppError(thrown);
      return undefined;
    } finally {
      this.#busy = undefined;
    }
  }
}
