import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { DIST } from '../../cli/build.ts';
import { SECURITY_HEADERS } from '../../cli/headers.ts';
import { serve } from '../../cli/server.ts';
import { APP_ORIGIN, newProfile, openApp } from './harness.ts';

async function builtFiles(): Promise<readonly string[]> {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(DIST, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

describe('the built app as it is served', () => {
  test('every file carries the security headers and a type that nosniff lets through', async () => {
    const types = [
      ['.html', 'text/html'],
      ['.js', 'text/javascript'],
      ['.css', 'text/css'],
      ['.wasm', 'application/wasm'],
      ['.svg', 'image/svg+xml'],
      ['.json', 'application/json'],
    ] as const;
    for (const file of ['', 'nothing', ...(await builtFiles())]) {
      const response = await fetch(new URL(file, inject('url')), { method: 'HEAD' });
      for (const [name, value] of Object.entries(SECURITY_HEADERS))
        expect([file, response.headers.get(name)]).toEqual([file, value]);
      const type = types.find(([suffix]) => file.endsWith(suffix))?.[1];
      if (type !== undefined) expect(response.headers.get('content-type')).toContain(type);
    }
  });
});

describe('the built app in Chromium', () => {
  test('is isolated, shows itself, and breaks no policy', async () => {
    const { page, problems, requests, foreignRequests } = await openApp();
    await page.waitForFunction(() => document.querySelector('#app')?.childElementCount !== 0);
    expect(
      await page.evaluate(() => [crossOriginIsolated, isSecureContext, typeof SharedArrayBuffer]),
    ).toEqual([true, true, 'function']);
    expect(requests.length).toBeGreaterThan(0);
    expect(await foreignRequests()).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('keeps what it stores from one launch to the next, although the server has another port', async () => {
    const profile = await newProfile();
    const first = await openApp({ profile });
    await first.page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      await folder.getFileHandle('kept', { create: true });
    });
    await first.close();
    const server = await serve({ folder: DIST, port: 0 });
    expect(server.port).not.toBe(inject('port'));
    const second = await openApp({ profile, port: server.port });
    expect(second.page.url().startsWith(`${APP_ORIGIN}/`)).toBe(true);
    const found = await second.page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      return (await folder.getFileHandle('kept')).name;
    });
    expect(found).toBe('kept');
    await second.close();
    await server.close();
  });
});
