import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** Names under which a Chromium is found on the PATH. */
const COMMANDS = [
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
  'msedge',
];

const LINUX = [
  '/opt/google/chrome/chrome',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/microsoft/msedge/msedge',
  '/usr/bin/microsoft-edge',
  '/usr/bin/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
];

const MAC = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Chromium.app/Contents/MacOS/Chromium',
];

const WINDOWS = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
  'Chromium/Application/chrome.exe',
];

/** A machine, as data, so that the search can be tested for those that are not this one. */
export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isProgram: (file: string) => boolean;
  /** Where Playwright would have installed its own; it throws on systems that it does not support. */
  readonly playwright: () => string;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isProgram,
    playwright: () => chromium.executablePath(),
  };
}

function usualPlaces({ platform, env, home }: Machine): readonly string[] {
  if (platform === 'darwin') {
    return ['/Applications', path.posix.join(home, 'Applications')].flatMap((folder) =>
      MAC.map((app) => path.posix.join(folder, app)),
    );
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots.flatMap((root) =>
      root === undefined ? [] : WINDOWS.map((file) => path.win32.join(root, file)),
    );
  }
  return LINUX;
}

function onThePath({ platform, env }: Machine): readonly string[] {
  const windows = platform === 'win32';
  const flavour = windows ? path.win32 : path.posix;
  const folders = (env['PATH'] ?? env['Path'] ?? '')
    .split(flavour.delimiter)
    .filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) =>
    folders.map((folder) => flavour.join(folder, windows ? `${command}.exe` : command)),
  );
}

function playwrightsOwn({ playwright }: Machine): readonly string[] {
  try {
    return [playwright()];
  } catch {
    return [];
  }
}

/** Every browser on this machine, best first: in the usual places, then on the PATH, then Playwright's own. */
export function installedChromiums(machine: Machine = thisMachine()): readonly string[] {
  const places = [...usualPlaces(machine), ...onThePath(machine), ...playwrightsOwn(machine)];
  return [...new Set(places)].filter((file) => machine.isProgram(file));
}

/** What ASSAY_CHROMIUM names; throws when that is not a program. */
export function givenChromium(machine: Machine = thisMachine()): string | undefined {
  const given = machine.env['ASSAY_CHROMIUM'];
  if (given === undefined || given === '') return undefined;
  if (machine.isProgram(given)) return given;
  throw new Error(`ASSAY_CHROMIUM expected the path of a Chrome, Edge or Chromium program, got "${given}"`);
}

/** The browser to use: the one that ASSAY_CHROMIUM names, else the best that is installed. */
export function findChromium(machine: Machine = thisMachine()): string | undefined {
  return givenChromium(machine) ?? installedChromiums(machine)[0];
}
