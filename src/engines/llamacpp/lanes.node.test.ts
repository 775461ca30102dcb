import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.ts';
import { fitBatch, threadsFor } from './plan.ts';

const never = new AbortController().signal;

/** Work that is done when it is told to. */
function work(log: string[], name: string): { run: () => Promise<string>; finish: () => void } {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const run = async (): Promise<string> => {
    log.push(name);
    await done;
    return name;
  };
  return {
    run,
    finish: () => {
      finish();
    },
  };
}

describe('Lanes', () => {
  it('runs so many at once, in order, and hands a lane on after a failure', async () => {
    const lanes = new Lanes(2);
    const log: string[] = [];
    const [a, c] = [work(log, 'a'), work(log, 'c')];
    const results = [
      lanes.run(never, a.run),
      lanes.run(never, () => Promise.reject(new Error('b'))),
      lanes.run(never, c.run),
    ];
    await expect(results[1]).rejects.toThrow('b');
    await Promise.resolve();
    expect(log).toEqual(['a', 'c']);
    a.finish();
    c.finish();
    expect(await results[0]).toBe('a');
    expect(await results[2]).toBe('c');
  });

  it('lets the one who waits leave, without losing a lane', async () => {
    const lanes = new Lanes(1);
    const log: string[] = [];
    const a = work(log, 'a');
    const first = lanes.run(never, a.run);
    const leaver = new AbortController();
    const second = lanes.run(leaver.signal, work(log, 'b').run);
    const third = lanes.run(never, () => Promise.resolve('c'));
    leaver.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    a.finish();
    expect(await first).toBe('a');
    expect(await third).toBe('c');
    expect(log).toEqual(['a']);
  });
});

describe('plan', () => {
  it.each([
    ['a toy: all of them', 1e6, 1024, 8],
    ['1 GB of weights, 0.82 GB a request', 1e9, 50_000, 3],
    ['2 GB of weights, 0.98 GB a request', 2e9, 60_000, 1],
  ])('fits as many requests as there is memory for: %s', (_what, fileBytes, cacheWidth, batch) => {
    expect(fitBatch({ batch: 8, contextTokens: 4096, fileBytes, cacheWidth })).toBe(batch);
  });

  it('refuses a model that does not fit', () => {
    expect(() => fitBatch({ batch: 1, contextTokens: 512, fileBytes: 4e9, cacheWidth: 10 })).toThrow(
      /to fit into/,
    );
  });

  it.each([
    [1e6, 8, 1],
    [1e8, 8, 7],
    [1e8, 1, 1],
  ])('a file of %d bytes on %d cores runs on %d threads', (bytes, cores, threads) => {
    expect(threadsFor(bytes, cores)).toBe(threads);
  });
});
