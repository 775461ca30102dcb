/**
 * Runs `work` while this page alone holds the name; resolves with false, without running it, when another page of this
 * origin holds it. A page that closes or crashes lets go by itself.
 */
export async function exclusively(name: string, work: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await work();
    return true;
  });
}
