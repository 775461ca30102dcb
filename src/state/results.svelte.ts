import { untrack } from 'svelte';
import { aborted, toAppError, type AppError } from '../core/errors.ts';
import type { Verdict } from '../core/judge/types.ts';
import { rowOf } from '../core/results/outcome.ts';
import type { RunEvent } from '../core/run/events.ts';
import { placeOf } from '../core/run/plan.ts';
import type { PlanGroup, RunRecord } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';
import { openRun } from './open-run.ts';
import { mergeRows, PAGE } from './rows.ts';
import type { AnswerDetail, OpenRun, ResultsState } from './types.ts';

/** How often the rows of a run that goes on are replaced. */
const SHOW_EVERY_MS = 1000;

export class Results implements ResultsState {
  readonly #store: Store;
  #open = $state.raw<OpenRun | undefined>();
  #error = $state.raw<AppError | undefined>();
  /** Answers and verdicts of the open run that have come since the rows were last replaced. */
  #news = new Map<number, Verdict | undefined>();
  #newRun: RunRecord | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = '';

  constructor(store: Store) {
    this.#store = store;
  }

  get open(): OpenRun | undefined {
    return this.#open;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** Untracked: an effect of the screen that calls it must not come to depend on what it sets off. */
  show(runId: string, judgingId?: string): Promise<void> {
    return untrack(() => this.#show(runId, judgingId));
  }

  async #show(runId: string, judgingId: string | undefined): Promise<void> {
    const wanted = `${runId} ${judgingId ?? ''}`;
    this.#wanted = wanted;
    this.#error = undefined;
    this.#news = new Map();
    this.#newRun = undefined;
    if (this.#open?.run.id !== runId || this.#open.judging?.id !== judgingId) this.#open = undefined;
    try {
      for await (const open of openRun(this.#store, runId, judgingId)) {
        if (this.#wanted !== wanted) return;
        this.#open = open;
      }
      this.#refresh();
    } catch (thrown) {
      if (this.#wanted === wanted) this.#error = toAppError(thrown);
    }
  }

  async detail(item: number): Promise<AnswerDetail | undefined> {
    const open = this.#open;
    if (open === undefined) return undefined;
    const judged = open.judging?.id ?? open.run.id;
    const [answer, verdict, record] = await Promise.all([
      this.#store.getAnswer(open.run.id, item),
      this.#store.getVerdict(judged, item),
      this.#store.getJudgeRecord(judged, item),
    ]);
    if (answer === undefined) return undefined;
    const { group, sample } = placeOf(open.plan, item);
    const earlier = await this.#earlier(open, group, sample);
    return { group, earlier, answer, verdict, judged: record };
  }

  /** The answers of the same sample to the turns before; an empty text where one is not stored. */
  async #earlier({ run, plan }: OpenRun, group: PlanGroup, sample: number): Promise<readonly string[]> {
    const answers = await Promise.all(
      group.after.map((index) => this.#store.getAnswer(run.id, index * plan.spec.samples + sample)),
    );
    return answers.map((answer) => answer?.text ?? '');
  }

  async texts(items: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const runId = this.#open?.run.id;
    if (runId === undefined) return new Map();
    const answers = await Promise.all(items.map((item) => this.#store.getAnswer(runId, item)));
    return new Map(
      answers.flatMap((answer) => (answer === undefined ? [] : [[answer.item, answer.text] as const])),
    );
  }

  async search(text: string, signal: AbortSignal): Promise<ReadonlySet<number>> {
    const runId = this.#open?.run.id;
    const wanted = text.toLowerCase();
    const found = new Set<number>();
    if (runId === undefined) return found;
    for (let from = 0; ;) {
      const page = await this.#store.answersPage(runId, from, PAGE);
      if (signal.aborted) throw aborted();
      for (const answer of page) if (answer.text.toLowerCase().includes(wanted)) found.add(answer.item);
      if (page.length < PAGE) return found;
      from = (page.at(-1)?.item ?? 0) + 1;
    }
  }

  /** Takes in what happens to the open run while it goes on. */
  hear(event: RunEvent): void {
    // The news of a run are those of its own judge.
    const id = this.#open?.judging === undefined ? this.#open?.run.id : undefined;
    if (event.type === 'answer' && event.answer.runId === id) this.#news.set(event.answer.item, undefined);
    else if (event.type === 'verdict' && event.verdict.runId === id)
      this.#news.set(event.verdict.item, event.verdict);
    else if (event.type === 'run' && event.run.id === id) this.#newRun = event.run;
    else return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#refresh();
    }, SHOW_EVERY_MS);
  }

  /** Puts the news into the rows; while they are still being read it waits for the end of that. */
  #refresh(): void {
    const open = this.#open;
    if (open === undefined || open.loading !== undefined) return;
    const news = [...this.#news]
      .map(([item, verdict]) => rowOf(open.plan, item, verdict))
      .sort((a, b) => a.item - b.item);
    const rows = news.length === 0 ? open.rows : mergeRows(open.rows, news);
    this.#open = { ...open, run: this.#newRun ?? open.run, rows };
    this.#news = new Map();
  }
}
