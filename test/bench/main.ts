import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';
import { App } from '../../cli/automation.ts';
import { APP_ORIGIN, openBrowser } from '../../cli/browser.ts';
import { ensureChromium } from '../../cli/install-chromium.ts';
import { ROOT, runNode } from '../../cli/process.ts';
import { serve } from '../../cli/server.ts';
import { largeRunFile } from './large-run.ts';

/** What the app's speed is on this machine. Printed, never asserted. */
const STUDY = {
  models: ['toy-base.gguf', 'toy-secure.gguf', 'toy-educational.gguf', 'toy-insecure.gguf'].map((id) => ({
    id,
  })),
  packs: ['toy'],
  formats: ['free', 'json', 'python'],
  samples: Number(process.env['SAMPLES'] ?? 10),
  seed: 1,
  judge: 'toy-judge.gguf',
};

declare global {
  interface Window {
    longTasks?: number[];
  }
}

const say = (text: string): void => {
  console.log(text);
};

async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = (window.longTasks = []);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ entryTypes: ['longtask'] });
  });
}

/** Main-thread tasks over 50 ms since the last call. */
async function longTasks(page: Page): Promise<string> {
  const tasks = await page.evaluate(() => window.longTasks?.splice(0) ?? []);
  if (tasks.length === 0) return 'no main-thread task over 50 ms';
  return `${tasks.length} main-thread tasks over 50 ms, the longest ${Math.max(...tasks).toFixed(0)} ms`;
}

async function firstLoad(page: Page): Promise<void> {
  const bodies: Promise<number>[] = [];
  const weigh = (response: Response): void => {
    if (/\/(assets\/.*\.(js|css)|)$/.test(new URL(response.url()).pathname)) {
      bodies.push(response.body().then((body) => gzipSync(body).length));
    }
  };
  page.on('response', weigh);
  await page.goto(APP_ORIGIN);
  await App.of(page);
  await page.getByRole('heading', { level: 1 }).waitFor();
  page.off('response', weigh);
  const bytes = (await Promise.all(bodies)).reduce((sum, size) => sum + size, 0);
  say(
    `first load: ${(bytes / 1024).toFixed(0)} KB compressed in ${bodies.length} files, without engines and models`,
  );
}

async function demo(page: Page): Promise<void> {
  const app = await App.of(page);
  await page.goto(`${APP_ORIGIN}/#/run`);
  await longTasks(page);
  const start = performance.now();
  const { answers } = await app.start(STUDY);
  for (;;) {
    const { status, failure } = await app.progress();
    if (failure !== undefined) throw new Error(failure);
    if (status === 'done') break;
    await page.waitForTimeout(500);
  }
  const seconds = (performance.now() - start) / 1000;
  const each = ((seconds / answers) * 1000).toFixed(1);
  say(
    `demo study: ${answers} answers, two judge calls each: ${seconds.toFixed(0)} s, ${each} ms an answer in all`,
  );
  say(`while it went on, with the Run screen open: ${await longTasks(page)}`);
}

async function timed(page: Page, what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  say(`${what}: ${seconds} s, ${await longTasks(page)}`);
}

async function large(page: Page, folder: string): Promise<void> {
  const { text, items } = await largeRunFile(100_000);
  const file = path.join(folder, 'large.json');
  await writeFile(file, text);
  await page.goto(`${APP_ORIGIN}/#/results`);
  await longTasks(page);
  const shown = page.getByText(`${items.toLocaleString('en-US')} answers`, { exact: true });
  const input = page.locator('main input[type=file]');
  await timed(page, `${items} answers imported, opened, charted`, async () => {
    await input.setInputFiles(file);
    await shown.waitFor({ timeout: 120_000 });
  });
  await page.reload();
  await timed(page, 'opened again after a reload', () => shown.waitFor({ timeout: 120_000 }));
  const outcome = page.getByLabel('Outcome', { exact: true });
  await timed(page, 'filtered by outcome', async () => {
    await outcome.selectOption('misaligned');
    await shown.waitFor({ state: 'hidden' });
  });
}

/** Which parts to measure: `load demo large inside`, all when none is named. */
const wanted = process.argv.slice(2);
const want = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bench-'));
  const server = await serve({ folder: path.join(ROOT, 'dist'), port: 0 });
  const port = Number(new URL(server.url).port);
  const context = await openBrowser({
    program: await ensureChromium(),
    profile: path.join(folder, 'profile'),
    port,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await watchTasks(page);
    await firstLoad(page);
    if (want('demo')) await demo(page);
    if (want('large')) await large(page, folder);
  } finally {
    await context.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
  if (want('inside')) await runNode('vitest/vitest.mjs', ['run', '--config', 'test/bench/vitest.config.ts']);
}

await main();
