type Lock = Pick<WakeLockSentinel, 'release'>;
interface LockOwner {
  request(type: 'screen'): Promise<Lock>;
}
type Page = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/**
 * Keeps the screen, and so the machine, from sleeping until the function it resolves with is called. A browser drops the lock
 * when the page is hidden (Screen Wake Lock, W3C), so it is asked for again when the page is back. Does nothing where the
 * browser cannot or may not, as on a battery that runs low.
 */
export async function keepAwake(
  wakeLock: LockOwner | undefined = wakeLockOf(navigator),
  page: Page = document,
): Promise<() => void> {
  const locks: Lock[] = [];
  const ended = new AbortController();
  const take = async (): Promise<void> => {
    if (wakeLock === undefined || page.visibilityState !== 'visible') return;
    try {
      locks.push(await wakeLock.request('screen'));
    } catch {
      return;
    }
    if (ended.signal.aborted) releaseAll(locks);
  };
  const again = (): void => void take();
  page.addEventListener('visibilitychange', again);
  await take();
  return () => {
    ended.abort();
    page.removeEventListener('visibilitychange', again);
    releaseAll(locks);
  };
}

/** Releasing one that the browser has dropped already does nothing. */
function releaseAll(locks: Lock[]): void {
  for (const lock of locks.splice(0)) void lock.release();
}

function wakeLockOf(browser: Navigator): LockOwner | undefined {
  return 'wakeLock' in browser ? browser.wakeLock : undefined;
}
