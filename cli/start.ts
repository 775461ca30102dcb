import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { DIST } from './build.ts';
import { messageOf } from './process.ts';
import { serve, type Serving } from './server.ts';

const FIRST_PORT = 4180;
const PORTS_TRIED = 20;

const HELP = `Usage: npm start -- [options]

Builds the app, serves it to this machine only, and opens it in the default browser.

  --port N    port on 127.0.0.1, 1 to 65535 (default: ${FIRST_PORT}, or the next free one)
  --no-open   open no browser
  --help      this text`;

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`--port expected an integer from 1 to 65535, got "${text}"`);
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
}

/** A port that was asked for is taken or it is not; else the first free one from FIRST_PORT on. */
async function serveSomewhere(asked: number | undefined): Promise<Serving> {
  const first = asked ?? FIRST_PORT;
  const last = asked ?? FIRST_PORT + PORTS_TRIED - 1;
  for (let port = first; port <= last; port += 1) {
    try {
      return await serve({ folder: DIST, port });
    } catch (thrown) {
      if (!isTaken(thrown)) throw thrown;
    }
  }
  throw new Error(first === last ? `port ${first} is taken` : `the ports ${first} to ${last} are taken`);
}

/** The command that opens an address in the default browser, where this machine shows anything at all. */
function openCommand(url: string): readonly [string, ...string[]] | undefined {
  if (process.platform === 'darwin') return ['open', url];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '', url];
  const hasDisplay = [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some(
    (name) => name !== undefined && name !== '',
  );
  return hasDisplay ? ['xdg-open', url] : undefined;
}

function openInBrowser(url: string): void {
  const command = openCommand(url);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  // The address is printed anyway; a machine without a browser is no error.
  child.on('error', () => undefined);
  child.unref();
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(HELP);
    return;
  }
  const server = await serveSomewhere(values.port === undefined ? undefined : portOf(values.port));
  console.log(`Assay is at ${server.url} (for this machine only; Ctrl-C ends it)`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void server.close());
  }
  if (values['no-open'] !== true) openInBrowser(server.url);
}

await main(process.argv.slice(2)).catch((thrown: unknown) => {
  console.error(`start: ${messageOf(thrown).split('\n')[0] ?? ''}`);
  process.exitCode = 2;
});
