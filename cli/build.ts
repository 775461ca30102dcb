import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, runNode } from './process.ts';

/** What the built app is made from: these folders, and the page and the settings in the project's own folder. */
const SOURCE_FOLDERS = ['src', 'workers', 'probes', 'static'];
const SOURCE_FILES = /\.(html|[jt]s|json)$/;

export const DIST = path.join(ROOT, 'dist');

function newest(place: string): number {
  if (!existsSync(place)) return 0;
  const stats = statSync(place);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time tells of files that were taken away.
  return readdirSync(place).reduce(
    (time, name) => Math.max(time, newest(path.join(place, name))),
    stats.mtimeMs,
  );
}

/** Whether `dist` is missing or older than anything it is made from. */
export function isStale(root: string = ROOT): boolean {
  const built = path.join(root, 'dist', 'index.html');
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const sources = [...SOURCE_FOLDERS, ...readdirSync(root).filter((name) => SOURCE_FILES.test(name))];
  return sources.some((source) => newest(path.join(root, source)) > builtAt);
}

/** Builds the app for production, whatever NODE_ENV the caller runs under. */
export async function build(): Promise<void> {
  const status = await runNode('vite/bin/vite.js', ['build', '--logLevel', 'error'], {
    env: { NODE_ENV: undefined },
  });
  if (status !== 0) throw new Error(`the app could not be built (vite build ended with status ${status})`);
}

/** The folder of the built app, built first where that is needed. */
export async function builtApp(say: (line: string) => void = () => undefined): Promise<string> {
  if (isStale()) {
    say('building the app');
    await build();
  }
  return DIST;
}
