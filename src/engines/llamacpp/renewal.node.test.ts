import { describe, expect, it } from 'vitest';
import { startRenewed } from './renewal.ts';
import type { Runtime } from './runtime.ts';

const { signal } = new AbortController();
const body = { prompt: 'a' };

/** A runtime whose requests end when they are told to, and that remembers what happened. */
function stage(): {
  log: string[];
  start: () => Promise<Runtime>;
  finish: (() => void)[];
  failStart: () => void;
} {
  const log: string[] = [];
  const finish: (() => void)[] = [];
  let starts = 0;
  let fails = false;
  const start = (): Promise<Runtime> => {
    const name = ++starts;
    log.push(`start ${name}`);
    if (fails) return Promise.reject(new Error('no memory'));
    const complete: Runtime['complete'] = async () => {
      log.push(`ask ${name}`);
      await new Promise<void>((resolve) => finish.push(resolve));
      return {
        text: String(name),
        finish: 'stop',
        promptTokens: 6,
        tokens: 4,
        promptMs: 0,
        decodeMs: 0,
        entries: [],
      };
    };
    return Promise.resolve({
      version: '',
      device: 'cpu',
      threads: 1,
      contextTokens: 8,
      addsBos: false,
      endTokens: new Set<number>(),
      complete,
      stream: complete,
      close: () => {
        log.push(`close ${name}`);
      },
    });
  };
  return { log, start, finish, failStart: () => (fails = true) };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe('startRenewed', () => {
  it('starts anew past the limit, when nothing is in flight, and lets the next wait', async () => {
    const { log, start, finish } = stage();
    const runtime = await startRenewed({ start, bytesPerToken: 10, limitBytes: 99 });
    const first = [runtime.complete(body, signal), runtime.complete(body, signal)];
    await settle();
    finish[0]?.();
    expect((await first[0])?.text).toBe('1');
    const next = runtime.complete(body, signal);
    await settle();
    expect(log).toEqual(['start 1', 'ask 1', 'ask 1']);
    finish[1]?.();
    expect((await first[1])?.text).toBe('1');
    await settle();
    expect(log.slice(3)).toEqual(['close 1', 'start 2', 'ask 2']);
    finish[2]?.();
    expect((await next).text).toBe('2');
  });

  it('stays crashed where it cannot start again', async () => {
    const { start, finish, failStart } = stage();
    const runtime = await startRenewed({ start, bytesPerToken: 10, limitBytes: 99 });
    failStart();
    const first = runtime.complete(body, signal);
    await settle();
    finish[0]?.();
    await first;
    for (let i = 0; i < 2; i++) {
      await expect(runtime.complete(body, signal)).rejects.toMatchObject({ code: 'engine-crashed' });
    }
  });
});
