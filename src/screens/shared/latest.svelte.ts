import { toAppError, type AppError } from '../../core/errors.ts';

/**
 * A value computed in slices from an input that keeps changing. Work once begun is finished, then the newest
 * input follows: numbers of a run in progress move on, where starting over each time would never end.
 */
export class Latest<Input, Output> {
  #value = $state.raw<Output>();
  #error = $state.raw<AppError>();
  #busy = $state(false);
  #next: { readonly input: Input } | undefined;
  readonly #compute: (input: Input) => Promise<Output>;

  constructor(compute: (input: Input) => Promise<Output>) {
    this.#compute = compute;
  }

  get value(): Output | undefined {
    return this.#value;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Settles when no newer input is left. */
  async ask(input: Input): Promise<void> {
    const running = this.#next !== undefined;
    this.#next = { input };
    if (!running) await this.#work();
  }

  async #work(): Promise<void> {
    // A caller may be an effect: nothing reactive is read or written before this.
    await Promise.resolve();
    this.#busy = true;
    for (let at = this.#next; at !== undefined;) {
      try {
        this.#value = await this.#compute(at.input);
        this.#error = undefined;
      } catch (thrown) {
        this.#error = toAppError(thrown);
      }
      const newer = this.#next;
      if (newer === at) this.#next = undefined;
      at = this.#next;
    }
    this.#busy = false;
  }
}
