import { aborted, AppError } from '../../core/errors.ts';

/** llama.cpp could not write a reply, because a token in it is half a character. */
export class InvalidTextError extends AppError {
  constructor(reason: string) {
    super('not-scorable', `a token of the reply is no whole character: ${reason}`);
  }
}

const RULES: readonly (readonly [RegExp, (reason: string) => AppError])[] = [
  [/(invalid|incomplete) UTF-8/i, (reason) => new InvalidTextError(reason)],
  [
    /exceeds the available context size|context size has been exceeded/i,
    (reason) => new AppError('context-overflow', reason),
  ],
  [/grammar/i, (reason) => new AppError('not-scorable', `the text cannot be forced: ${reason}`)],
  [
    /ABORT|crash|Invalid typed array length|memory access|unreachable/i,
    (reason) => new AppError('engine-crashed', reason),
  ],
];

/** What wllama throws, as one of our errors. It throws errors of three classes and, through the repair, plain objects. */
export function toFailure(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const name = property(thrown, 'name');
  const reason = property(thrown, 'message') ?? String(thrown);
  if (name === 'AbortError') return aborted();
  for (const [pattern, create] of RULES) if (pattern.test(reason)) return create(reason);
  return new AppError(name === 'RuntimeError' ? 'engine-crashed' : 'internal', `llama.cpp: ${reason}`, {
    cause: thrown,
  });
}

function property(value: unknown, key: 'name' | 'message'): string | undefined {
  if (typeof value !== 'object' || value === null || !(key in value)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : undefined;
}
