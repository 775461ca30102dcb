import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Shows nothing of what the program prints. */
  readonly quiet?: boolean;
}

/** Runs a program in the project's folder and resolves with its exit status; 127 when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: options.quiet === true ? 'ignore' : 'inherit',
      env: { ...process.env, ...options.env },
    });
    child.on('error', () => {
      resolve(127);
    });
    child.on('close', (status, signal) => {
      resolve(status ?? (signal === null ? 1 : 128));
    });
  });
}

/** Runs the program of an installed package with this Node, so that no shell and no PATH is needed. */
export function runNode(script: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return run(
    process.execPath,
    [fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url)), ...args],
    options,
  );
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
