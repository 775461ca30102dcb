import { describe, expect, test } from 'vitest';
import { ensureChromium, type Installer } from './install-chromium.ts';

interface Scene {
  readonly given?: string;
  readonly before?: readonly string[];
  readonly broken?: readonly string[];
  readonly apt?: 'works' | 'fails';
  readonly playwright?: 'works' | 'fails';
}

function machine(scene: Scene): { installer: Installer; calls: string[] } {
  const calls: string[] = [];
  const there = [...(scene.before ?? [])];
  const installer: Installer = {
    given: () => scene.given,
    installed: () => there,
    starts: (program) => scene.broken?.includes(program) !== true,
    hasAptAsRoot: () => scene.apt !== undefined,
    apt: (args) => {
      calls.push(`apt-get ${args.join(' ')}`);
      if (scene.apt !== 'works') return Promise.resolve(100);
      if (args[0] === 'install') there.push('/usr/bin/chromium');
      return Promise.resolve(0);
    },
    playwright: () => {
      calls.push('playwright');
      if (scene.playwright !== 'works') return Promise.resolve(1);
      there.push('/cache/chrome');
      return Promise.resolve(0);
    },
    say: () => undefined,
  };
  return { installer, calls };
}

const APT = ['apt-get update', 'apt-get install -y --no-install-recommends chromium'];
const STUB = '/usr/bin/chromium-browser';

describe('ensureChromium', () => {
  test.each<[string, Scene, string, readonly string[]]>([
    ['the given one, untried', { given: '/given', broken: ['/given'] }, '/given', []],
    ['one that is there', { before: ['/usr/bin/chromium'], apt: 'works' }, '/usr/bin/chromium', []],
    ['the first that starts', { before: [STUB, '/chrome'], broken: [STUB] }, '/chrome', []],
    ["Debian's, as root", { apt: 'works' }, '/usr/bin/chromium', APT],
    ["Playwright's where there is no apt", { playwright: 'works' }, '/cache/chrome', ['playwright']],
    [
      "Playwright's where apt fails",
      { apt: 'fails', playwright: 'works' },
      '/cache/chrome',
      [...APT, 'playwright'],
    ],
    [
      "Playwright's where apt installs one that does not start",
      { apt: 'works', playwright: 'works', broken: ['/usr/bin/chromium'] },
      '/cache/chrome',
      [...APT, 'playwright'],
    ],
  ])('%s', async (_, scene, expected, calls) => {
    const tried = machine(scene);
    expect(await ensureChromium(tried.installer)).toBe(expected);
    expect(tried.calls).toEqual(calls);
  });

  test('says what to do when nothing works', async () => {
    const tried = machine({ apt: 'fails', playwright: 'fails' });
    await expect(ensureChromium(tried.installer)).rejects.toThrow(
      /install Google Chrome, or set ASSAY_CHROMIUM=/,
    );
  });
});
