import { spawnSync } from 'node:child_process';
import { givenChromium, installedChromiums } from './chromium.ts';
import { run, runNode } from './process.ts';

const HOW_TO_HELP =
  'no Chrome, Edge or Chromium was found and none could be installed: install Google Chrome, ' +
  'or set ASSAY_CHROMIUM=/path/to/chrome';

/** What installing needs of the machine, so that it can be tested without installing anything. */
export interface Installer {
  readonly given: () => string | undefined;
  readonly installed: () => readonly string[];
  /** Whether the browser really starts: some systems put a stub in its place, or lack its libraries. */
  readonly starts: (program: string) => boolean;
  readonly hasAptAsRoot: () => boolean;
  readonly apt: (args: readonly string[]) => Promise<number>;
  readonly playwright: () => Promise<number>;
  readonly say: (line: string) => void;
}

function starts(program: string): boolean {
  if (process.platform !== 'linux') return true;
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

const THIS_MACHINE: Installer = {
  given: () => givenChromium(),
  installed: () => installedChromiums(),
  starts,
  hasAptAsRoot: () =>
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0,
  apt: (args) => run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } }),
  playwright: () => runNode('playwright-core/cli.js', ['install', 'chromium']),
  say: (line) => {
    console.error(line);
  },
};

async function installWithApt(machine: Installer): Promise<boolean> {
  if (!machine.hasAptAsRoot()) return false;
  machine.say('installing Chromium with apt-get');
  // An update that fails in part may still leave what is needed.
  await machine.apt(['update']);
  return (await machine.apt(['install', '-y', '--no-install-recommends', 'chromium'])) === 0;
}

async function installWithPlaywright(machine: Installer): Promise<boolean> {
  machine.say("installing Playwright's Chromium");
  return (await machine.playwright()) === 0;
}

/** The browser to use, installed first where there is none. Rejects with one line that says what to do. */
export async function ensureChromium(machine: Installer = THIS_MACHINE): Promise<string> {
  const given = machine.given();
  if (given !== undefined) return given;
  const working = () => machine.installed().find((program) => machine.starts(program));
  const already = working();
  if (already !== undefined) return already;
  for (const install of [installWithApt, installWithPlaywright]) {
    const found = (await install(machine)) ? working() : undefined;
    if (found !== undefined) return found;
  }
  throw new Error(HOW_TO_HELP);
}
