import { aborted } from './errors.ts';

/** The part of the web's AbortSignal that the domain uses; an AbortSignal fits as it is. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Throws AppError `aborted` when the signal is set. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted === true) throw aborted();
}

/** A CancelSignal of the domain's own: set by `stop`, or when one of `parents` is. */
export class Stopper implements CancelSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  constructor(...parents: readonly (CancelSignal | undefined)[]) {
    for (const parent of parents) {
      if (parent?.aborted === true) this.aborted = true;
      parent?.addEventListener(
        'abort',
        () => {
          this.stop();
        },
        { once: true },
      );
    }
  }

  stop(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
