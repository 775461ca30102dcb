import { expect, test } from 'vitest';
import { keepAwake } from './awake.ts';

/** A browser's wake lock, which it drops when the page is hidden. */
function fakeBrowser() {
  const seen: { visibilityState: DocumentVisibilityState } = { visibilityState: 'visible' };
  const page = Object.assign(new EventTarget(), seen);
  let held = 0;
  let asked = 0;
  const locks = new Set<() => void>();
  const wakeLock = {
    request: () => {
      asked += 1;
      held += 1;
      const drop = (): void => {
        if (locks.delete(drop)) held -= 1;
      };
      locks.add(drop);
      return Promise.resolve({
        release: () => {
          drop();
          return Promise.resolve();
        },
      });
    },
  };
  const show = (visibilityState: DocumentVisibilityState): void => {
    page.visibilityState = visibilityState;
    if (visibilityState === 'hidden') for (const drop of [...locks]) drop();
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { page, wakeLock, show, held: () => held, asked: () => asked };
}

/** Lets what is under way settle. */
const settled = (): Promise<void> => Promise.resolve().then(() => Promise.resolve());

test('the lock is taken again when the page is back, and is gone after the end', async () => {
  const browser = fakeBrowser();
  const release = await keepAwake(browser.wakeLock, browser.page);
  expect(browser.held()).toBe(1);
  browser.show('hidden');
  await settled();
  expect(browser.held()).toBe(0);
  expect(browser.asked()).toBe(1);
  browser.show('visible');
  await settled();
  expect(browser.held()).toBe(1);
  release();
  expect(browser.held()).toBe(0);
  browser.show('hidden');
  browser.show('visible');
  await settled();
  expect(browser.held()).toBe(0);
  expect(browser.asked()).toBe(2);
});

test('a page that starts hidden takes it when it is first seen', async () => {
  const browser = fakeBrowser();
  browser.show('hidden');
  const release = await keepAwake(browser.wakeLock, browser.page);
  expect(browser.asked()).toBe(0);
  browser.show('visible');
  await settled();
  expect(browser.held()).toBe(1);
  release();
});

test('a lock that comes after the end is given back at once', async () => {
  const browser = fakeBrowser();
  const release = await keepAwake(browser.wakeLock, browser.page);
  browser.show('hidden');
  browser.show('visible');
  release();
  await settled();
  expect(browser.asked()).toBe(2);
  expect(browser.held()).toBe(0);
});

test('a browser without it, or that refuses, lets the run go on all the same', async () => {
  const { page } = fakeBrowser();
  const refusing = { request: () => Promise.reject(new DOMException('battery', 'NotAllowedError')) };
  const releases = [await keepAwake(undefined, page), await keepAwake(refusing, page)];
  for (const release of releases) expect(release).not.toThrow();
});
