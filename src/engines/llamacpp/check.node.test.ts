import { describe, expect, it } from 'vitest';
import type { Device, SelfCheck } from '../../core/engine.ts';
import { differenceOf, runChecks, type Checking } from './check.ts';
import type { Completion } from './reply.ts';
import type { Body, Runtime } from './runtime.ts';

/** What came before a request, as far as an engine could wrongly depend on it. */
interface Moment {
  readonly body: Body;
  /** Requests in flight with this one. */
  readonly inFlight: number;
  /** An adapter was on before. */
  readonly wasAdapted: boolean;
}

/** A runtime whose likeliest token has the log-probability that `say` gives it, and that remembers whether it was ended. */
function stage(
  say: (moment: Moment) => number | null,
  device: Device = 'cpu',
): { runtime: Runtime; ended: () => boolean } {
  let inFlight = 0;
  let wasAdapted = false;
  let closed = false;
  const complete = async (body: Body): Promise<Completion> => {
    inFlight++;
    await Promise.resolve();
    const logprob = say({ body, inFlight, wasAdapted });
    await Promise.resolve();
    inFlight--;
    if (JSON.stringify(body['lora'] ?? []).includes('"scale":1')) wasAdapted = true;
    const top_logprobs = [
      { id: 5, logprob },
      { id: 6, logprob: -3 },
    ];
    return {
      ...{ text: 'a', finish: 'stop', promptTokens: 21, tokens: 1, promptMs: 1, decodeMs: 1 },
      entries: [{ id: 5, logprob, top_logprobs }],
    };
  };
  const runtime: Runtime = {
    ...{ version: '', device, threads: 1, contextTokens: 8, addsBos: true, endTokens: new Set<number>() },
    ...{ complete, stream: complete },
    close: () => {
      closed = true;
    },
  };
  return { runtime, ended: () => closed };
}

const vocabulary = { size: 2000, text: String, isPartial: () => false, partial: [], plain: 7 };
const CPU_ONLY = 'ran on the CPU only';

function checking(runtime: Runtime, parts: Partial<Checking> = {}): Checking {
  return {
    ...{ runtime, vocabulary, batch: 4, adapters: 0, onCpu: CPU_ONLY },
    encode: () => Array.from({ length: 20 }, (_, id) => id),
    ...parts,
  };
}

async function outcomes(asked: Checking): Promise<readonly string[]> {
  return (await runChecks(asked)).map(({ name, outcome }) => `${name} ${outcome}`);
}

describe('runChecks', () => {
  it('passes a model that answers the same in every way', async () => {
    const checks = await runChecks(checking(stage(() => -1).runtime, { adapters: 2 }));
    const same = { outcome: 'passed', difference: 0, tolerance: 0.001 } as const;
    expect(checks).toEqual<SelfCheck[]>([
      { name: 'repeat', ...same },
      { name: 'batch', ...same },
      { name: 'tokenizer', outcome: 'passed' },
      { name: 'adapter', ...same },
      { name: 'devices', outcome: 'skipped', note: CPU_ONLY },
    ]);
  });

  it.each<[string, (moment: Moment) => number, string]>([
    ['a cached prompt', ({ body }) => (body['cache_prompt'] === true ? -1.1 : -1), 'repeat failed'],
    ['company', ({ inFlight }) => (inFlight > 1 ? -1.1 : -1), 'batch failed'],
    [
      'company at a later step only',
      ({ inFlight, body }) => (inFlight > 1 && body['cache_prompt'] === true ? -1.1 : -1),
      'batch failed',
    ],
    ['an adapter that was on before', ({ wasAdapted }) => (wasAdapted ? -1.1 : -1), 'adapter failed'],
  ])('finds a model that %s changes', async (_what, say, expected) => {
    const found = await outcomes(
      checking(stage(say).runtime, { adapters: expected.startsWith('adapter') ? 1 : 0 }),
    );
    expect(found.filter((outcome) => outcome.endsWith('failed'))).toEqual([expected]);
  });

  it('compares a GPU with the CPU, and gives the memory of that back', async () => {
    const cpu = stage(() => -1);
    const gpu = stage(() => -1.04, 'webgpu');
    const onCpu = (): Promise<Runtime> => Promise.resolve(cpu.runtime);
    const near = (await runChecks(checking(gpu.runtime, { onCpu }))).at(-1);
    expect(near).toMatchObject({ name: 'devices', outcome: 'passed', tolerance: 0.05 });
    expect(near?.difference).toBeCloseTo(0.04);
    expect(cpu.ended()).toBe(true);
    const far = stage(() => -1.06, 'webgpu');
    expect(await outcomes(checking(far.runtime, { onCpu }))).toContain('devices failed');
    expect(gpu.ended()).toBe(false);
  });

  it('rejects where the numbers are none', async () => {
    await expect(runChecks(checking(stage(() => null).runtime))).rejects.toMatchObject({
      code: 'engine-crashed',
    });
  });

  it('needs no company where requests run one at a time', async () => {
    const found = await outcomes(checking(stage(() => -1).runtime, { batch: 1 }));
    expect(found).toContain('batch skipped');
  });

  it('does not trust a tokenizer that counts otherwise, and says what it counts', async () => {
    const encode = (): readonly number[] => [1, 2];
    const tokenizer = async (parts: Partial<Checking>): Promise<SelfCheck | undefined> =>
      (await runChecks(checking(stage(() => -1).runtime, parts))).find(({ name }) => name === 'tokenizer');
    const other = await tokenizer({ encode });
    expect(other?.outcome).toBe('failed');
    expect(other?.note).toContain('counts 3 tokens where llama.cpp counts 21');
    expect((await tokenizer({ encode: undefined }))?.outcome).toBe('skipped');
  });
});

describe('differenceOf', () => {
  const list = (...logprobs: readonly (readonly [number, number])[]) =>
    logprobs.map(([id, logprob]) => ({ id, token: '', logprob }));
  it.each([
    ['the same', list([1, -1], [2, -2]), list([1, -1], [2, -2]), 0],
    ['another order', list([1, -1], [2, -1.01]), list([2, -1], [1, -1.01]), 0.01],
    ['the largest one', list([1, -1], [2, -2]), list([1, -1.1], [2, -2.3]), 0.3],
    ['another last one', list([1, -1], [2, -2]), list([1, -1], [3, -2.1]), 0.1],
    ['a likely token that is missing', list([1, -1], [2, -2]), list([2, -2], [3, -5]), 4],
    ['nothing in return', list([1, -1]), [], Infinity],
  ])('%s', (_what, a, b, expected) => {
    expect(differenceOf([a, b])).toBeCloseTo(expected, 9);
    expect(differenceOf([b, a])).toBeCloseTo(expected, 9);
  });
});
