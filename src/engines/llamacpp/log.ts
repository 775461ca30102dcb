/** The last lines that llama.cpp wrote; its errors say why a load failed, and its buffers say where the model lies. */
export interface Log {
  readonly logger: Readonly<Record<'debug' | 'log' | 'warn' | 'error', (...parts: unknown[]) => void>>;
  /** Stops keeping what is not a warning or an error. */
  quiet(): void;
  has(pattern: RegExp): boolean;
  lastErrors(): string;
}

const KEPT = 400;

export function createLog(): Log {
  const lines: string[] = [];
  const errors: string[] = [];
  let keepAll = true;
  const keep = (list: string[], parts: readonly unknown[]): void => {
    list.push(parts.map(toText).join(' '));
    if (list.length > KEPT) list.shift();
  };
  const info = (...parts: unknown[]): void => {
    if (keepAll) keep(lines, parts);
  };
  const error = (...parts: unknown[]): void => {
    keep(errors, parts);
    // wllama hands the failure of its own worker to the logger and waits for ever; a reported error ends ours too.
    for (const part of parts)
      if (part instanceof ErrorEvent) reportError(part.error ?? new Error(part.message));
  };
  return {
    logger: { debug: info, log: info, warn: info, error },
    quiet: () => {
      keepAll = false;
    },
    has: (pattern) => lines.some((line) => pattern.test(line)),
    lastErrors: () => errors.slice(-6).join('; ').slice(0, 1000) || 'llama.cpp gave no reason',
  };
}

function toText(part: unknown): string {
  if (typeof part === 'string') return part.trim();
  if (part instanceof Error || part instanceof ErrorEvent) return part.message;
  return JSON.stringify(part);
}
