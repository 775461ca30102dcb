import { throwIfAborted, type CancelSignal } from '../signal.ts';
import { Channel } from './channel.ts';
import type { RunDeps, RunEvent } from './events.ts';
import type { Plan, RunRecord, RunStatus } from './types.ts';

/** How often the elapsed time of a run is written down, so that a crash loses little of it. */
export const TOUCH_EVERY_MS = 10_000;

/** Item numbers of what is stored; they grow as the sitting goes on. */
export interface Stored {
  readonly answered: Set<number>;
  readonly judged: Set<number>;
}

/** One uninterrupted stretch of work on a run, in one attempt or in several. */
export class Sitting {
  readonly events = new Channel<RunEvent>();
  readonly plan: Plan;
  readonly deps: RunDeps;
  readonly stored: Stored;
  /** Items that could not be asked; another sitting tries them again. */
  readonly left = new Set<number>();
  /** Ends the sitting from outside. */
  readonly signal: CancelSignal | undefined;
  run: RunRecord;
  readonly #before: number;
  readonly #startedAt: number;
  readonly #hearing = new Set<() => void>();

  constructor(run: RunRecord, plan: Plan, deps: RunDeps, stored: Stored, signal?: CancelSignal) {
    this.run = run;
    this.plan = plan;
    this.deps = deps;
    this.stored = stored;
    this.signal = signal;
    this.#before = run.elapsedMs;
    this.#startedAt = deps.now();
  }

  /** Items answered and not yet judged. */
  toJudge(): readonly number[] {
    const { answered, judged } = this.stored;
    return [...answered].filter((item) => !judged.has(item));
  }

  /** Stores the run record with the time spent so far. */
  async keep(status: RunStatus, changes: Partial<RunRecord> = {}): Promise<void> {
    const now = this.deps.now();
    const elapsedMs = this.#before + (now - this.#startedAt);
    const { failure, ...kept } = { ...this.run, ...changes, status, elapsedMs, updatedAt: now };
    this.run = status === 'failed' && failure !== undefined ? { ...kept, failure } : kept;
    await this.deps.store.putRun(this.run);
    this.events.push({ type: 'run', run: this.run });
  }

  /** An item has its verdict. */
  nowJudged(item: number): void {
    this.stored.judged.add(item);
    for (const hear of [...this.#hearing]) hear();
  }

  /** Resolves when all of these items have their verdicts; rejects with `aborted` when `stop` is set before. */
  async untilJudged(items: readonly number[], stop: CancelSignal): Promise<void> {
    const open = (): boolean => items.some((item) => !this.stored.judged.has(item));
    while (open()) {
      throwIfAborted(stop);
      await new Promise<void>((resolve) => {
        const hear = (): void => {
          this.#hearing.delete(hear);
          stop.removeEventListener('abort', hear);
          resolve();
        };
        this.#hearing.add(hear);
        stop.addEventListener('abort', hear, { once: true });
      });
    }
  }

  async touch(): Promise<void> {
    if (this.deps.now() - this.run.updatedAt >= TOUCH_EVERY_MS) await this.keep('running');
  }

  /** Keeps with the run what went otherwise than planned. */
  async note(what: string): Promise<void> {
    const incidents = [...(this.run.incidents ?? []), { at: this.deps.now(), what }];
    await this.keep('running', { incidents });
  }

  /** As `note`, once for all that says the same. */
  async noteOnce(what: string): Promise<void> {
    if (this.run.incidents?.some((incident) => incident.what === what) !== true) await this.note(what);
  }
}
