import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findChromium, installedChromiums, type Machine } from './chromium.ts';

function machine(platform: string, files: readonly string[], more: Partial<Machine> = {}): Machine {
  return {
    platform,
    env: {},
    home: '/home/somebody',
    isProgram: (file) => files.includes(file),
    playwright: () => '/cache/playwright/chrome',
    ...more,
  };
}

describe('the browser that is used', () => {
  const given = { ASSAY_CHROMIUM: '/given/chrome' };
  const chromeOnWindows = path.win32.join('C:\\Programs', 'Google', 'Chrome', 'Application', 'chrome.exe');
  test.each([
    [
      'the given one before all others',
      machine('linux', ['/given/chrome', '/usr/bin/chromium'], { env: given }),
      '/given/chrome',
    ],
    [
      'Chrome before Chromium',
      machine('linux', ['/usr/bin/chromium', '/usr/bin/google-chrome']),
      '/usr/bin/google-chrome',
    ],
    ['Chromium of a distribution', machine('linux', ['/usr/bin/chromium']), '/usr/bin/chromium'],
    [
      'one on the PATH',
      machine('linux', ['/x/bin/chromium'], { env: { PATH: '/y:/x/bin' } }),
      '/x/bin/chromium',
    ],
    ["Playwright's own last", machine('linux', ['/cache/playwright/chrome']), '/cache/playwright/chrome'],
    [
      "a user's own folder on macOS",
      machine('darwin', ['/home/somebody/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']),
      '/home/somebody/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    [
      'Chrome on Windows',
      machine('win32', [chromeOnWindows], { env: { PROGRAMFILES: 'C:\\Programs' } }),
      chromeOnWindows,
    ],
    ['none', machine('linux', []), undefined],
    [
      'an empty ASSAY_CHROMIUM is not given',
      machine('linux', [], { env: { ASSAY_CHROMIUM: '' } }),
      undefined,
    ],
  ])('%s', (_, where, expected) => {
    expect(findChromium(where)).toBe(expected);
  });

  test('a given path that is not a program is an error, not a reason to take another', () => {
    const where = machine('linux', ['/usr/bin/chromium'], { env: given });
    expect(() => findChromium(where)).toThrow('ASSAY_CHROMIUM expected the path of');
  });

  test('a system that Playwright does not know still has its usual places', () => {
    const playwright = () => {
      throw new Error('unsupported');
    };
    expect(installedChromiums(machine('linux', ['/usr/bin/chromium'], { playwright }))).toEqual([
      '/usr/bin/chromium',
    ]);
  });
});
