import { aborted, AppError, toAppError } from '../../../core/errors.ts';

/** One call of the engine: settled once, by its result, an error or its signal. */
export class Job<T> {
  readonly result: Promise<T>;
  readonly #signal: AbortSignal;
  #over = false;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: AppError) => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** Nothing more is to be done for it. */
  readonly isOver = (): boolean => this.#over;

  finish(value: T): void {
    this.#close();
    this.#resolve(value);
  }

  fail(thrown: unknown): void {
    this.#close();
    this.#reject(toAppError(thrown));
  }

  /** Runs work of this call alone; what it throws ends this call and no other. */
  guard(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  readonly #abort = (): void => {
    this.fail(aborted());
  };

  #close(): void {
    this.#over = true;
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** A log-probability that has to be a number; otherwise the weights or the arithmetic are broken. */
export function known(logprob: number | undefined): number {
  if (logprob !== undefined) return logprob;
  throw new AppError(
    'engine-crashed',
    "expected finite logits, got some that are no number: the model's weights may be damaged",
  );
}
