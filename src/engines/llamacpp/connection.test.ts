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
});
