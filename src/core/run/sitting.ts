import type { LoadedModel } from '../engine.ts';
import { Stopper, type CancelSignal } from '../signal.ts';
import type { RunModel } from '../model.ts';
import { Channel } from './channel.ts';
import type { RunDeps, RunEvent } from './events.ts';
import type { Plan, RunRecord, RunStatus } from './types.ts';

/** How often the elapsed time of a run is written down, so that a crash loses little of it. */
const TOUCH_EVERY_MS = 10_000;

/** One uninterrupted stretch of work on a run: what is shared between asking and judging. */
export class Sitting {
  readonly events = new Channel<RunEvent>();
  /** Items answered and not yet judged. */
  readonly toJudge = new Channel<number>();
  readonly stop: Stopper;
  readonly plan: Plan;
  readonly deps: RunDeps;
  readonly answered: ReadonlySet<number>;
  run: RunRecord;
  readonly #before: number;
  readonly #startedAt: number;

  constructor(
    run: RunRecord,
    plan: Plan,
    deps: RunDeps,
    answered: ReadonlySet<number>,
    signal?: CancelSignal,
  ) {
    this.run = run;
    this.plan = plan;
    this.deps = deps;
    this.answered = answered;
    this.stop = new Stopper(signal);
    this.#before = run.elapsedMs;
    this.#startedAt = deps.now();
  }

  /** Loads a model and writes down what it really runs on. */
  async load(model: RunModel): Promise<LoadedModel> {
    const loaded = await this.deps.load(model, {
      signal: this.stop,
      onProgress: ({ fraction }) => {
        this.events.push({ type: 'loading', model, fraction });
      },
    });
    await this.keep('running', { facts: { ...this.run.facts, [model.sha256]: loaded.facts } });
    return loaded;
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

  async touch(): Promise<void> {
    if (this.deps.now() - this.run.updatedAt >= TOUCH_EVERY_MS) await this.keep('running');
  }
}
