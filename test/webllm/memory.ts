import { readdir, readFile } from 'node:fs/promises';

export interface ProcessMemory {
  readonly kind: string;
  readonly nowBytes: number;
  readonly mostBytes: number;
}

interface Found {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly status: string;
}

async function processOf(pid: number): Promise<Found | undefined> {
  try {
    const [command, status] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'latin1'),
      readFile(`/proc/${pid}/status`, 'latin1'),
    ]);
    return { pid, command, status, parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) };
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function kilobytes(status: string, field: string): number {
  return 1024 * Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

/** Memory of the processes of the browser that has this profile, largest first; undefined where Linux's /proc is not to be had. */
export async function browserMemory(profile: string): Promise<readonly ProcessMemory[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(processOf))).flatMap((found) => found ?? []);
  const family = new Set(all.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  for (let grown = true; grown;) {
    const children = all.filter(({ pid, parent }) => family.has(parent) && !family.has(pid));
    for (const { pid } of children) family.add(pid);
    grown = children.length > 0;
  }
  return all
    .filter(({ pid }) => family.has(pid))
    .map(({ command, status }) => ({
      kind: /--type=([\w-]+)/.exec(command)?.[1] ?? 'browser',
      nowBytes: kilobytes(status, 'VmRSS'),
      mostBytes: kilobytes(status, 'VmHWM'),
    }))
    .sort((a, b) => b.mostBytes - a.mostBytes);
}
