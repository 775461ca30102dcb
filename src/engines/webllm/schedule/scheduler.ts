import { AppError, toAppError } from '../../../core/errors.ts';
import type { Choice, DeviceModel, SequenceId } from '../device-model.ts';
import { Decoding } from './decoding.ts';
import { Feeds } from './feeds.ts';
import { Job } from './job.ts';
import { commonLength, Prompts, type Held } from './prompts.ts';
import { SampleJob, type SampleRun } from './sample-job.ts';
import { ScoreJob, type ScoreRun } from './score-job.ts';
import { Sequences } from './sequences.ts';
import { readTask, sampleTasks, scoreTasks } from './tasks.ts';
import type { Task } from './task.ts';

/** A prompt waits for another that is on its way where that saves it more tokens than this. */
const WORTH_WAITING = 32;

export interface SchedulerOptions {
  readonly model: DeviceModel;
  /** Sequences decoded together. */
  readonly batch: number;
  readonly contextTokens: number;
}

/**
 * Puts all calls through one model: prompts are prefilled together and share what they begin with, samples of all prompts are
 * decoded together, and what is finished makes room for what waits. A failure of the model ends every call; anything else
 * ends one.
 */
export class Scheduler {
  readonly #model: DeviceModel;
  readonly #batch: number;
  readonly #contextTokens: number;
  readonly #sequences: Sequences;
  readonly #prompts: Prompts;
  readonly #feeds: Feeds;
  readonly #decoding: Decoding;
  #queue: Task[] = [];
  readonly #arriving = new Set<Task>();
  #running = false;
  #failure: AppError | undefined;

  constructor({ model, batch, contextTokens }: SchedulerOptions) {
    this.#model = model;
    this.#batch = Math.min(batch, model.limits.batch);
    this.#contextTokens = contextTokens;
    this.#sequences = new Sequences(model);
    this.#prompts = new Prompts(this.#sequences);
    this.#feeds = new Feeds(model);
    const lease = (tokens: number): SequenceId | undefined => this.#lease(tokens);
    this.#decoding = new Decoding({ model, sequences: this.#sequences, batch: this.#batch, lease });
    this.#checkRoom();
  }

  /** Rejects with `context-overflow` where the prompt leaves no room for a token. */
  sample(request: SampleRun, signal: AbortSignal): Promise<undefined> {
    return this.#enter(request.prompt.length + 1, () => {
      const job = new SampleJob(request, this.#contextTokens, signal);
      return [job, sampleTasks(job, this.#decoding, this.#forks)];
    });
  }

  /** The `top` likeliest tokens after a prompt. */
  next(prompt: readonly number[], top: number, signal: AbortSignal): Promise<readonly Choice[]> {
    return this.#enter(prompt.length, () => {
      const job = new Job<readonly Choice[]>(signal);
      return [job, [readTask(job, prompt, top)]];
    });
  }

  score(request: ScoreRun, signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const longest = Math.max(0, ...request.continuations.map((tokens) => tokens.length - 1));
    return this.#enter(request.prompt.length + longest, () => {
      const job = new ScoreJob(request, signal);
      const tools = {
        feeds: this.#feeds,
        sequences: this.#sequences,
        lease: (tokens: number) => this.#lease(tokens),
      };
      return [job, scoreTasks(job, tools, this.#forks)];
    });
  }

  get #forks(): boolean {
    return this.#model.fork !== undefined;
  }

  /** So much must always fit that one prompt and one sequence from it can go to the context's end. */
  #checkRoom(): void {
    const { pages, sequences } = this.#model.limits;
    const each = this.#sequences.pagesFor(this.#contextTokens);
    const needed = this.#forks ? 2 : 1;
    if (pages >= each * needed && sequences >= needed) return;
    throw new AppError(
      'internal',
      `expected a cache of ${each * needed} pages and ${needed} sequences at least, got ${pages} and ${sequences}`,
    );
  }

  #enter<T>(tokens: number, create: () => readonly [Job<T>, readonly Task[]]): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (tokens > this.#contextTokens) {
      return Promise.reject(
        new AppError('context-overflow', `expected at most ${this.#contextTokens} tokens, got ${tokens}`),
      );
    }
    const [job, tasks] = create();
    if (!job.isOver()) this.#queue.push(...tasks);
    if (!this.#running) void this.#run();
    return job.result;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Calls that come together are to go through the model together.
    await new Promise((resolve) => setTimeout(resolve));
    try {
      while (this.#busy) await this.#round();
    } catch (thrown) {
      this.#fail(this.#model.explain?.(thrown) ?? toAppError(thrown, 'engine-crashed'));
    } finally {
      this.#running = false;
    }
  }

  /** One prefill and one step of decoding, as far as there is something for them. */
  async #round(): Promise<void> {
    this.#queue = this.#queue.filter((task) => !task.isOver());
    this.#decoding.sweep();
    this.#admit();
    const fed = !this.#feeds.empty;
    const waiting = this.#queue;
    await this.#feeds.round();
    const started = await this.#decoding.start();
    if (!fed && !started && this.#decoding.idle && waiting.some((task) => !task.isOver()))
      throw new AppError('internal', 'expected room for one of the calls that wait, got none');
    await this.#decoding.step();
  }

  get #busy(): boolean {
    return this.#queue.length > 0 || !this.#feeds.empty || this.#decoding.load > 0;
  }

  #fail(error: AppError): void {
    this.#failure = error;
    this.#sequences.abandon();
    this.#decoding.fail(error);
    this.#feeds.clear(error);
    for (const task of this.#queue.splice(0)) task.fail(error);
  }

  #lease(tokens: number): SequenceId | undefined {
    for (;;) {
      const id = this.#sequences.lease(tokens);
      if (id !== undefined || !this.#prompts.evict()) return id;
    }
  }

  /** Lets prompts in, in order of arrival, as far as there is room for them and for what follows them. */
  #admit(): void {
    for (const task of [...this.#queue]) {
      if (task.decodes > 0 && this.#load() >= this.#batch) continue;
      if (this.#worthWaiting(task)) continue;
      if (!this.#open(task)) return;
      this.#queue = this.#queue.filter((other) => other !== task);
    }
  }

  #load(): number {
    return [...this.#arriving].reduce((sum, { decodes }) => sum + decodes, this.#decoding.load);
  }

  /** Whether another prompt on its way will spare this one more than what is in the cache does. */
  #worthWaiting({ prompt }: Task): boolean {
    if (!this.#forks) return false;
    const now = this.#prompts.longest(prompt)?.tokens ?? 0;
    return [...this.#arriving].some((other) => commonLength(other.prompt, prompt) > now + WORTH_WAITING);
  }

  #open(task: Task): boolean {
    const { prompt, extra } = task;
    const id = this.#lease(prompt.length + (this.#forks ? 0 : extra));
    const spare = this.#forks && extra > 0 && id !== undefined ? this.#lease(extra) : undefined;
    if (id === undefined) return false;
    if (this.#forks && extra > 0 && spare === undefined) {
      this.#sequences.close(id);
      return false;
    }
    const from = this.#forks ? this.#prompts.longest(prompt) : undefined;
    this.#sequences.begin(id, from);
    this.#feed(task, id, spare, from?.tokens ?? 0);
    return true;
  }

  #feed(task: Task, id: SequenceId, spare: SequenceId | undefined, shared: number): void {
    this.#arriving.add(task);
    this.#feeds.add({
      id,
      tokens: task.prompt.slice(shared),
      reads: task.reads.map((position) => position - shared),
      stopped: task.isOver,
      take: (logits, reads) =>
        task.take(
          logits,
          reads.map(({ row, position }) => ({ row, position: position + shared })),
        ),
      done: () => {
        this.#arriving.delete(task);
        task.ready(this.#hold(id, task.prompt), spare);
      },
      fail: (thrown) => {
        this.#arriving.delete(task);
        if (thrown !== undefined) task.fail(thrown);
        this.#sequences.close(id);
        if (spare !== undefined) this.#sequences.close(spare);
      },
    });
  }

  #hold(id: SequenceId, tokens: readonly number[]): Held {
    if (this.#forks) return this.#prompts.keep(id, tokens);
    const release = (): void => {
      this.#sequences.close(id);
    };
    return { id, tokens, release };
  }
}
