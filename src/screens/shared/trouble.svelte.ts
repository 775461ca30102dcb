import { toAppError, type AppError } from '../../core/errors.ts';

/** Does what a button asks for, and keeps what went wrong for a notice. */
export class Trouble {
  #error = $state.raw<AppError | undefined>();
  #busy = $state(false);

  get error(): AppError | undefined {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  readonly dismiss = (): void => {
    this.#error = undefined;
  };

  /** Resolves with what `work` gives, or with undefined after an error. */
  async attempt<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    this.#error = undefined;
    this.#busy = true;
    try {
      return await work();
    } catch (thrown) {
      this.#error = toAppError(thrown);
      return undefined;
    } finally {
      this.#busy = false;
    }
  }
}
