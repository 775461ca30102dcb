import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { Connection } from './connection.ts';

function workerOf(code: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
}

describe('Connection', () => {
  it.each([
    ['fails later', "setTimeout(() => { throw new Error('boom') }, 20)", /boom/],
    ['cannot start', 'this is no program', /worker failed/],
    ['is gone', "setTimeout(() => reportError(new Error('lost')), 20)", /lost/],
  ])('rejects what is in flight when the worker %s', async (_how, code, message) => {
    const connection = new Connection(workerOf(code));
    const flying = [1, 2].map(() => connection.call(undefined, (host) => host.tokenize('a')));
    for (const call of flying) await expect(call).rejects.toThrow(message);
    await expect(connection.call(undefined, (host) => host.tokenize('a'))).rejects.toMatchObject({
      code: 'engine-crashed',
    });
  });

  it('rejects on abort even where the worker never answers', async () => {
    const connection = new Connection(workerOf(''));
    const controller = new AbortController();
    const call = connection.call(controller.signal, (host) => host.tokenize('a'));
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    connection.close(new AppError('engine-timeout', 'late'));
    await expect(connection.call(undefined, (host) => host.tokenize('a'))).rejects.toMatchObject({
      code: 'engine-timeout',
    });
  });

  it("rejects one model's calls when it ends, and leaves the others of the worker alone", async () => {
    const connection = new Connection(workerOf(''));
    const first = new AbortController();
    const reason = new AppError('engine-crashed', 'unloaded');
    const mine = connection.call(undefined, (host) => host.tokenize('a'), { signal: first.signal, reason });
    const other = connection.call(undefined, (host) => host.tokenize('b'));
    first.abort();
    await expect(mine).rejects.toBe(reason);
    connection.close(new AppError('engine-timeout', 'late'));
    await expect(other).rejects.toMatchObject({ code: 'engine-timeout' });
  });
});
