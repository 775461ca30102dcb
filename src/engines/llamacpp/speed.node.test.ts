import { expect, it } from 'vitest';
import type { Runtime } from './runtime.ts';
import { measureSpeed } from './speed.ts';

/** A runtime that computes a prompt of 30 tokens in `promptMs` and the tokens after the first in `decodeMs`. */
function runtime(promptMs: number, decodeMs: number): { runtime: Runtime; requests: () => number } {
  let requests = 0;
  const complete: Runtime['complete'] = () => {
    requests++;
    return Promise.resolve({
      ...{ text: '', finish: 'length', promptTokens: 30, tokens: 8, promptMs, decodeMs, entries: [] },
    });
  };
  return {
    runtime: {
      ...{ version: '', device: 'cpu', threads: 1, contextTokens: 8, addsBos: false },
      ...{ endTokens: new Set<number>(), complete, stream: complete },
      close: () => undefined,
    },
    requests: () => requests,
  };
}

it('counts the tokens per second of a prompt, of one answer and of all slots together', async () => {
  const probe = runtime(100, 35);
  expect(await measureSpeed({ ...probe, batch: 4, adapters: 0, plain: 1 })).toEqual({
    prefillTokensPerS: 300,
    decode: [
      { batch: 1, tokensPerS: 200 },
      { batch: 4, tokensPerS: 800 },
    ],
  });
  expect(probe.requests()).toBe(5);
});

it.each([
  ['one request at a time', 1, 35],
  ['a model so slow that all slots would take long', 8, 3000],
])('measures one answer only for %s', async (_what, batch, decodeMs) => {
  const probe = runtime(100, decodeMs);
  const { decode } = await measureSpeed({ ...probe, batch, adapters: 0, plain: 1 });
  expect(decode.map(({ batch }) => batch)).toEqual([1]);
  expect(probe.requests()).toBe(1);
});
