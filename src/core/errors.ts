/** The closed set of things that can go wrong. Screens switch on the code, never on the text. */
export const ERROR_CODES = [
  'invalid-pack',
  'invalid-rubric',
  'invalid-file',
  'invalid-option',
  'not-found',
  'permission',
  'model-unsupported',
  'model-checksum',
  'model-load',
  'context-overflow',
  'not-scorable',
  'engine-crashed',
  'engine-timeout',
  'device-lost',
  'aborted',
  'storage-full',
  'storage-blocked',
  'storage-newer',
  'storage-closed',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where in a file an error stands. `line` counts from 1; `path` is like `probes[2].paraphrases`. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly path?: string;
}

/** The one error class. A message names what was expected and what came. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly place: Place;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; place?: Place } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.place = options.place ?? {};
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some((code) => code === value);
}

/** Any thrown value as an AppError; what is not one already gets `code`. */
export function toAppError(thrown: unknown, code: ErrorCode = 'internal'): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(code, message, { cause: thrown });
}

export function aborted(): AppError {
  return new AppError('aborted', 'stopped on request');
}
