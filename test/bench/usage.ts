import { readdir, readFile, writeFile } from 'node:fs/promises';

/** What the browser that this process has started has used of the machine. */
export interface Usage {
  /** Processor time of all its processes so far. */
  readonly cpuSeconds: number;
  /** Memory of the largest page with its workers: now, and at most since the last call. */
  readonly pageBytes: number;
  readonly pagePeakBytes: number;
}

/** Linux counts in hundredths of a second for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** undefined where the system does not tell, which only Linux does. */
export async function usage(): Promise<Usage | undefined> {
  const all = await processes();
  const own = descendants(all, process.pid);
  if (own.length === 0) return undefined;
  const pages = (await Promise.all(own.map(({ pid }) => pageMemory(pid)))).flat();
  return {
    cpuSeconds: own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    pageBytes: Math.max(0, ...pages.map(({ now }) => now)),
    pagePeakBytes: Math.max(0, ...pages.map(({ peak }) => peak)),
  };
}

async function processes(): Promise<readonly Process[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  return found.flat();
}

/** proc(5): after the name in brackets come the state, the parent, and as 12th and 13th the ticks in user and system mode. */
async function readProcess(pid: string): Promise<readonly Process[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // it has ended meanwhile
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent] = fields;
  if (parent === undefined) return [];
  const ticks = (fields[11] ?? 0) + (fields[12] ?? 0);
  return [{ pid: Number(pid), parent, cpuSeconds: ticks / TICKS_PER_SECOND }];
}

function descendants(all: readonly Process[], root: number): readonly Process[] {
  const children = all.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendants(all, child.pid)]);
}

/** Also begins a new peak. */
async function pageMemory(pid: number): Promise<readonly { now: number; peak: number }[]> {
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (!command.includes('--type=renderer')) return [];
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    await writeFile(`/proc/${pid}/clear_refs`, '5');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
    return [{ now: bytes('VmRSS'), peak: bytes('VmHWM') }];
  } catch {
    return []; // it has ended meanwhile
  }
}
