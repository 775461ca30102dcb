import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isStale } from './build.ts';

let root: string;

async function write(file: string, seconds: number): Promise<void> {
  const full = path.join(root, file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, '');
  await utimes(full, seconds, seconds);
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'assay-build-'));
  await write('src/core/a.ts', 100);
  await write('dist/index.html', 200);
  await utimes(path.join(root, 'src', 'core'), 100, 100);
  await utimes(path.join(root, 'src'), 100, 100);
});

afterEach(() => rm(root, { recursive: true }));

describe('the built app is stale', () => {
  test('not when it is newer than all sources', () => {
    expect(isStale(root)).toBe(false);
  });

  test('not by a file that it is not made from', async () => {
    await write('cli/start.ts', 300);
    expect(isStale(root)).toBe(false);
  });

  test.each(['src/core/b.ts', 'probes/core.yaml', 'index.html', 'vite.config.ts'])(
    'when %s is newer',
    async (file) => {
      await write(file, 300);
      expect(isStale(root)).toBe(true);
    },
  );

  test('when a source was taken away', async () => {
    await rm(path.join(root, 'src', 'core', 'a.ts'));
    expect(isStale(root)).toBe(true);
  });

  test('when there is none', async () => {
    await rm(path.join(root, 'dist'), { recursive: true });
    expect(isStale(root)).toBe(true);
  });
});
