import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vitest/config';
import { findChromium } from '../../cli/chromium.ts';
import base from '../../vite.config.ts';
import { usage } from './usage.ts';

const { test, ...shared } = base;
const browser = test?.projects
  ?.map((project) => (typeof project === 'object' && 'test' in project ? project.test : undefined))
  .find((project) => project?.name === 'browser');

const chromium = findChromium();
/** Without a profile of its own a browser keeps files in memory, where copying takes it twice the processor time (measured). */
const profile = mkdtempSync(path.join(tmpdir(), 'assay-bench-'));
process.on('exit', () => {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** The measurements that run inside a page; printed, never asserted, and no part of npm test. */
export default mergeConfig(shared, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...browser,
    name: 'bench',
    include: ['test/bench/*.bench.ts'],
    exclude: [],
    testTimeout: 600_000,
    fileParallelism: false,
    browser: {
      ...browser?.browser,
      commands: { usage },
      provider: playwright({
        persistentContext: profile,
        launchOptions: chromium === undefined ? {} : { executablePath: chromium, args: ['--no-sandbox'] },
      }),
    },
  },
});
