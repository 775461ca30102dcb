import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, inject } from 'vitest';
import { App } from '../../cli/automation.ts';
import { APP_ORIGIN, NOWHERE, openBrowser } from '../../cli/browser.ts';
import { isForeign } from '../../cli/origin.ts';
import { readNetLog } from './net-log.ts';

export { APP_ORIGIN };

export interface OpenOptions {
  /** What comes after the origin, e.g. `/#/results`. */
  readonly path?: string;
  /** A profile folder that outlives the browser, from `newProfile()`: what is stored is there the next time. */
  readonly profile?: string;
  /** Port of another server than that of the built app. */
  readonly port?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Called before the page is opened, e.g. to add a route or a script. */
  readonly before?: (context: BrowserContext) => Promise<unknown>;
}

export interface Request {
  readonly url: string;
  readonly method: string;
  readonly type: string;
}

export interface OpenedApp {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every request so far, of the page, its workers and its service workers. */
  readonly requests: readonly Request[];
  /** Errors and warnings so far: in the consoles of page and workers, uncaught, violations of the policy, crashes. */
  readonly problems: readonly string[];
  /** `window.assay`, once the app is ready. */
  readonly automation: () => Promise<App>;
  /**
   * What went or tried to go anywhere but to the app's origin, by the page's events and by the browser's own network
   * log. Closes the browser, since only then is that log whole.
   */
  readonly foreignRequests: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A folder that is removed after the file's tests. */
export async function newFolder(name = 'e2e'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `assay-${name}-`));
  cleanUps.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A profile to open the app with more than once. */
export function newProfile(): Promise<string> {
  return newFolder('profile');
}

/** What Chromium itself says to a page that asks for a GPU on a machine without one; the app reads that as an answer. */
const NO_ADAPTER = 'No available adapters.';

/** Once each: the page's log repeats what its console said, but is the only one to tell of violations in workers. */
async function recordProblems(context: BrowserContext, page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  const add = (problem: string) => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  const heard = (level: string, text: string) => {
    if (text === NO_ADAPTER) return;
    if (level === 'error' || level === 'warning') add(`console ${level}: ${text}`);
  };
  context.on('console', (message) => {
    heard(message.type(), message.text());
  });
  context.on('weberror', (error) => {
    add(`uncaught: ${error.error().message}`);
  });
  page.on('crash', () => {
    add('the page crashed');
  });
  const session = await context.newCDPSession(page);
  session.on('Log.entryAdded', ({ entry }) => {
    heard(entry.level, entry.text);
  });
  await session.send('Log.enable');
  return problems;
}

function recordRequests(context: BrowserContext): readonly Request[] {
  const requests: Request[] = [];
  context.on('request', (request) => {
    requests.push({ url: request.url(), method: request.method(), type: request.resourceType() });
  });
  return requests;
}

/** Opens the built app in real Chromium, under its own origin, with everything that it asks for recorded. */
export async function openApp(options: OpenOptions = {}): Promise<OpenedApp> {
  const { path: start = '/', colorScheme = 'light', viewport = { width: 1280, height: 800 } } = options;
  const port = options.port ?? inject('port');
  const netLog = path.join(await newFolder('net-log'), 'net-log.json');
  const context = await openBrowser({
    program: inject('chromium'),
    profile: options.profile ?? (await newProfile()),
    port,
    args: [`--log-net-log=${netLog}`],
  });
  const close = () => context.close();
  cleanUps.push(close);
  const page = context.pages()[0] ?? (await context.newPage());
  const requests = recordRequests(context);
  const problems = await recordProblems(context, page);
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await options.before?.(context);
  await page.goto(APP_ORIGIN + start);
  return {
    page,
    context,
    requests,
    problems,
    automation: () => App.of(page),
    close,
    foreignRequests: async () => {
      await close();
      return foreign(requests, await readNetLog(netLog), port);
    },
  };
}

function foreign(
  requests: readonly Request[],
  log: Awaited<ReturnType<typeof readNetLog>>,
  port: number,
): readonly string[] {
  const asked = [...requests.map((request) => request.url), ...log.urls];
  return [
    // The browser's own services are sent to an address that cannot be connected to.
    ...asked.filter((url) => isForeign(url, APP_ORIGIN) && !url.startsWith(NOWHERE)),
    ...log.addresses
      .filter((address) => address !== `127.0.0.1:${port}`)
      .map((address) => `connection to ${address}`),
  ];
}
