import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from '../../vite.config.ts';

const { test, ...shared } = base;
const browser = test?.projects
  ?.map((project) => (typeof project === 'object' && 'test' in project ? project.test : undefined))
  .find((project) => project?.name === 'browser');

/** The measurements that run inside a page; printed, never asserted, and no part of npm test. */
export default mergeConfig(shared, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { ...browser, name: 'bench', include: ['test/bench/*.bench.ts'], exclude: [], testTimeout: 600_000 },
});
