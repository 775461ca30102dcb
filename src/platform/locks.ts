/**
 * Runs `work` while this page alone holds the name; resolves with false, without running it, when another page of this
 * origin holds it. A page that closes or crashes lets go by itself.
 *
 * A page that holds a Web Lock is also not frozen in the background: Chromium's freezing passes over it
 * (https://developer.chrome.com/blog/freezing-on-energy-saver). Timers of hidden pages are slowed all the same, so nothing
 * that a run needs to go on waits for one: it goes from message to message of the workers and of the database.
 */
export async function exclusively(name: string, work: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await work();
    return true;
  });
}
