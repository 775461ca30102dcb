import { toAppError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { RunStatus } from './types.ts';

/** Does the work, and keeps how it ended: done, paused where it was, or failed with its reason. All but done can be resumed. */
export async function settle(
  work: () => Promise<void>,
  keep: (status: RunStatus, changes?: { readonly failure?: string }) => Promise<void>,
  events: Pick<Channel<never>, 'close' | 'fail'>,
): Promise<void> {
  try {
    await work();
    await keep('done');
    events.close();
  } catch (thrown) {
    const failure = toAppError(thrown);
    const stopped = failure.code === 'aborted';
    const ending = stopped ? keep('paused') : keep('failed', { failure: failure.message });
    await ending.catch(() => undefined); // a full disk cannot take this either; what is stored so far stays
    if (stopped) events.close();
    else events.fail(failure);
  }
}
