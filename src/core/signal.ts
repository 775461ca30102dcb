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
