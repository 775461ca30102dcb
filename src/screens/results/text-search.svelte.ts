import { toAppError, type AppError } from '../../core/errors.ts';

type Search = (text: string, signal: AbortSignal) => Promise<ReadonlySet<number>>;

/** Pause in typing after which a search starts. */
const PAUSE_MS = 300;

/** Looks for words in the texts of answers; a newer search ends the older one. */
export class TextSearch {
  #found = $state.raw<ReadonlySet<number>>();
  #busy = $state(false);
  #error = $state.raw<AppError>();
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #search: Search;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Items that hold the words; undefined when nothing is looked for. */
  get found(): ReadonlySet<number> | undefined {
    return this.#found;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  look(text: string): void {
    this.stop();
    this.#error = undefined;
    if (text.trim() === '') {
      this.#found = undefined;
      return;
    }
    this.#busy = true;
    this.#timer = setTimeout(() => void this.#run(text.trim()), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort();
    this.#controller = undefined;
    this.#busy = false;
  }

  async #run(text: string): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const found = await this.#search(text, controller.signal);
      if (!controller.signal.aborted) this.#found = found;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'aborted' && !controller.signal.aborted) this.#error = error;
    } finally {
      if (this.#controller === controller) this.#busy = false;
    }
  }
}
