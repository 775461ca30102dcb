import { AppError } from '../../core/errors.ts';
import type { Completion } from './reply.ts';
import type { Runtime } from './runtime.ts';

export interface RenewalOptions {
  readonly start: () => Promise<Runtime>;
  /** What one token adds to the cache. */
  readonly bytesPerToken: number;
  readonly limitBytes: number;
}

/**
 * llama.cpp keeps the state of past prompts in a cache of up to 8 GiB that wllama cannot limit: 0.36 MB for each judge's
 * call with a toy model (measured), gigabytes for a study. So once it may have grown past a limit, the runtime is started
 * anew as soon as no request is in flight. Texts and probabilities do not depend on what ran before (kv_unified: false).
 */
export async function startRenewed({ start, bytesPerToken, limitBytes }: RenewalOptions): Promise<Runtime> {
  let current = await start();
  let active = 0;
  let grownBytes = 0;
  let renewal: Promise<void> | undefined;
  let begin: () => void = () => undefined;

  async function renew(whenIdle: Promise<void>): Promise<void> {
    await whenIdle;
    current.close();
    try {
      current = await start();
    } catch (thrown) {
      throw new AppError('engine-crashed', 'llama.cpp could not be started again', { cause: thrown });
    }
    grownBytes = 0;
    renewal = undefined;
  }

  function leave(): void {
    active--;
    if (grownBytes > limitBytes) renewal ??= renew(new Promise((resolve) => (begin = resolve)));
    if (active === 0) begin();
  }

  async function use(work: (runtime: Runtime) => Promise<Completion>): Promise<Completion> {
    while (renewal !== undefined) await renewal;
    active++;
    try {
      const done = await work(current);
      grownBytes += (done.promptTokens + done.tokens) * bytesPerToken;
      return done;
    } finally {
      leave();
    }
  }

  return {
    ...current,
    complete: (body, signal) => use((runtime) => runtime.complete(body, signal)),
    stream: (body, signal) => use((runtime) => runtime.stream(body, signal)),
    close: () => {
      current.close();
    },
  };
}
