import { AppError, toAppError } from '../core/errors.ts';
import type { Turn } from './turn.ts';

/** Screens are told of progress at most this often: state changes in batches, not per event. */
const SHOW_EVERY_MS = 250;

export interface DriverWorld {
  readonly turn: Turn;
  /** Runs `work` while this page alone holds `name`; resolves with false when another page holds it. */
  readonly exclusively: (name: string, work: () => Promise<void>) => Promise<boolean>;
  readonly keepAwake: () => Promise<() => void>;
}

/** What one kind of work is called: its lock, and what is said to who wants the engines, or the same work elsewhere. */
export interface DriverWords {
  readonly lock: string;
  readonly busy: string;
  readonly elsewhere: string;
}

interface Driving {
  readonly id: string;
  readonly abort: AbortController;
  readonly finished: Promise<void>;
}

/** Long work on one stored record: one at a time on this page, alone with it over all tabs, the device kept awake. */
export class Driver {
  readonly #world: DriverWorld;
  readonly #words: DriverWords;
  #driving: Driving | undefined;

  constructor(world: DriverWorld, words: DriverWords) {
    this.#world = world;
    this.#words = words;
  }

  /** Of the record that is worked on now. */
  get id(): string | undefined {
    return this.#driving?.id;
  }

  /** Takes the engines; the function it returns gives them back. @throws AppError `invalid-option`, saying who has them. */
  take(): () => void {
    return this.#world.turn.take(this.#words.busy);
  }

  /** Begins; the work goes on by itself. `ended` hears of the error that ended it, if one did; then `done`, of `take`, is called. */
  begin(
    id: string,
    work: (signal: AbortSignal) => Promise<void>,
    ended: (error: AppError | undefined) => void | Promise<void>,
    done: () => void,
  ): void {
    const abort = new AbortController();
    const alone = async (): Promise<void> => {
      const error = await this.#alone(id, () => work(abort.signal));
      this.#driving = undefined;
      await ended(error);
    };
    this.#driving = { id, abort, finished: alone().finally(done) };
  }

  /** Stops what is worked on, and waits until it has. */
  async pause(): Promise<void> {
    this.#driving?.abort.abort();
    await this.#driving?.finished;
  }

  async #alone(id: string, work: () => Promise<void>): Promise<AppError | undefined> {
    const release = await this.#world.keepAwake();
    try {
      const held = await this.#world.exclusively(`${this.#words.lock} ${id}`, work);
      return held ? undefined : new AppError('storage-blocked', this.#words.elsewhere);
    } catch (thrown) {
      return toAppError(thrown);
    } finally {
      release();
    }
  }
}

/** Hears of every event; `show` is called at most every quarter of a second, and once more at the end. */
export async function inBatches<Event>(
  events: AsyncIterable<Event>,
  hear: (event: Event) => void | Promise<void>,
  show: () => void,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const due = (): void => {
    timer = undefined;
    show();
  };
  try {
    for await (const event of events) {
      await hear(event);
      timer ??= setTimeout(due, SHOW_EVERY_MS);
    }
  } finally {
    clearTimeout(timer);
    show();
  }
}
