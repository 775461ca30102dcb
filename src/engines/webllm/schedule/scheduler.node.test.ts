import { describe, expect, it } from 'vitest';
import { cpuLogits } from '../../../../test/reference/webllm/cpu-logits.ts';
import { PlainDevice, type Net } from '../../../../test/reference/webllm/plain-device.ts';
import { AppError } from '../../../core/errors.ts';
import type { DeviceLimits } from '../device-model.ts';
import { uniform } from '../readout/random.ts';
import { logSoftmax } from '../readout/softmax.ts';
import type { SampleEnd, SampleRun } from './sample-job.ts';
import { Scheduler } from './scheduler.ts';

const VOCABULARY = 12;
const END = 0;
/** After this token every logit is NaN. */
const POISON = 11;

/** Logits are a function of all tokens so far, so that a mixed-up sequence shows at once. */
const net: Net<number[]> = {
  vocabulary: VOCABULARY,
  start: () => [],
  cut: (state, tokens) => state.slice(0, tokens),
  feed: (state, token) => {
    state.push(token);
    return rowAfter(state);
  },
};

function rowAfter(tokens: readonly number[]): Float32Array {
  const seed = tokens.reduce((hash, token) => (Math.imul(hash, 31) + token + 1) >>> 0, 7);
  if (tokens.includes(POISON)) return new Float32Array(VOCABULARY).fill(NaN);
  return Float32Array.from(
    { length: VOCABULARY },
    (_, id) => 3 * uniform(seed, id) - (id === POISON ? 1e9 : 0),
  );
}

const LIMITS: DeviceLimits = {
  sequences: 16,
  batch: 8,
  contextTokens: 64,
  prefillTokens: 24,
  pages: 120,
  pageTokens: 4,
  reads: 'any',
  continues: true,
};

function make(limits: Partial<DeviceLimits> = {}, forks = true, batch = 4) {
  const all = { ...LIMITS, ...limits };
  const device = new PlainDevice(net, all, cpuLogits, forks);
  const scheduler = new Scheduler({ model: device, batch, contextTokens: all.contextTokens });
  return { device, scheduler };
}

interface Answer extends SampleEnd {
  readonly ids: readonly number[];
}

const { signal: never } = new AbortController();

async function draw(
  scheduler: Scheduler,
  request: Partial<SampleRun> & Pick<SampleRun, 'prompt'>,
  signal = never,
): Promise<readonly (Answer | undefined)[]> {
  const seeds = request.seeds ?? [1];
  const answers = new Array<Answer | undefined>(seeds.length).fill(undefined);
  const texts: { readonly writer: unknown; readonly ids: number[] }[] = [];
  await scheduler.sample(
    {
      seeds,
      temperature: 1,
      topP: 1,
      maxTokens: 20,
      writer: () => {
        const ids: number[] = [];
        const writer = { push: (id: number) => ids.push(id) > 0 && id === END };
        texts.push({ writer, ids });
        return writer;
      },
      onDone: (index, writer, end) => {
        const ids = texts.find((text) => text.writer === writer)?.ids ?? [];
        answers[index] = { ...end, ids };
      },
      ...request,
    },
    signal,
  );
  return answers;
}

/** What a sample must be, drawn by itself from the rows that its tokens make. */
function expected(prompt: readonly number[], seed: number, maxTokens = 20, context = 64): Answer {
  const ids: number[] = [];
  const limit = Math.min(maxTokens, context - prompt.length);
  for (;;) {
    const logprobs = logSoftmax(rowAfter([...prompt, ...ids]));
    let left = uniform(seed, ids.length) * logprobs.reduce<number>((sum, p) => sum + Math.exp(p ?? 0), 0);
    const id = logprobs.findIndex((logprob) => (left -= Math.exp(logprob ?? 0)) < 0);
    ids.push(id);
    if (id === END) return { ids, tokens: ids.length, finish: 'stop' };
    if (ids.length === limit) return { ids, tokens: ids.length, finish: 'length' };
  }
}

const prompt = (length: number, salt = 0): number[] =>
  Array.from({ length }, (_, i) => 1 + ((i * 7 + salt * 3 + (i >> 2)) % 10));
const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 + i);

describe.each([
  ['forks', {}, true],
  ['sequences of their own', {}, false],
  ['one sequence, read at its end', { sequences: 1, batch: 1, reads: 'last', pages: 20 } as const, false],
  ['little room', { sequences: 3, pages: 40 }, true],
] as const)('with %s', (_name, limits, forks) => {
  it('draws each sample as if it were alone', async () => {
    const { scheduler, device } = make(limits, forks);
    const asked = [prompt(5), prompt(30, 1), prompt(5), prompt(33, 2)];
    const all = await Promise.all(
      asked.map((ids, i) => draw(scheduler, { prompt: ids, seeds: seeds(7 + i) })),
    );
    all.forEach((answers, i) => {
      expect(answers).toEqual(seeds(7 + i).map((seed) => expected(asked[i]!, seed)));
    });
    expect(device.counts.most).toBeLessThanOrEqual(device.limits.sequences);
  });

  it('ends at maxTokens and at the end of the context', async () => {
    const { scheduler } = make(limits, forks);
    for (const maxTokens of [1, 3, 500]) {
      const ids = prompt(60);
      const answers = await draw(scheduler, { prompt: ids, seeds: seeds(6), maxTokens });
      expect(answers).toEqual(seeds(6).map((seed) => expected(ids, seed, maxTokens)));
    }
  });

  it('reads the likeliest tokens and scores continuations', async () => {
    const { scheduler } = make(limits, forks);
    const ids = prompt(41);
    const continuations = [[3], [4, 5, 6], [4, 5], prompt(15, 3), [9], prompt(11, 4)];
    const [top, scores] = await Promise.all([
      scheduler.next(ids, 5, never),
      scheduler.score({ prompt: ids, continuations }, never),
    ]);
    const row = logSoftmax(rowAfter(ids));
    expect(top.map(({ logprob }) => logprob)).toEqual([...row].sort((a, b) => b! - a!).slice(0, 5));
    continuations.forEach((tokens, i) => {
      const alone = tokens.map((id, at) => logSoftmax(rowAfter([...ids, ...tokens.slice(0, at)]))[id]);
      expect(scores[i]).toEqual(alone);
    });
  });

  it('stops one call within a step and goes on with the others', async () => {
    const { scheduler, device } = make(limits, forks);
    const controller = new AbortController();
    let finished = 0;
    const stopped = draw(
      scheduler,
      {
        prompt: prompt(9),
        seeds: seeds(500),
        onDone: () => {
          if (++finished === 3) controller.abort();
        },
      },
      controller.signal,
    );
    const others = draw(scheduler, { prompt: prompt(9, 2), seeds: seeds(5) });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    const decodes = device.counts.decodes;
    expect(finished).toBeLessThanOrEqual(3 + device.limits.batch);
    expect(await others).toEqual(seeds(5).map((seed) => expected(prompt(9, 2), seed)));
    expect(device.counts.decodes - decodes).toBeLessThan(150);
    await expect(draw(scheduler, { prompt: prompt(3) }, controller.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('leaves no sequence behind but the prompts that it keeps', async () => {
    const { scheduler, device } = make(limits, forks);
    const controller = new AbortController();
    const calls = [
      draw(scheduler, { prompt: prompt(9), seeds: seeds(50) }, controller.signal),
      scheduler.score(
        {
          prompt: prompt(20),
          continuations: [
            [1, 2, 3],
            [4, 5, 6, 7],
          ],
        },
        controller.signal,
      ),
      scheduler.next(prompt(12, 1), 3, controller.signal),
    ];
    await Promise.resolve();
    controller.abort();
    for (const result of await Promise.allSettled(calls)) expect(result.status).toBe('rejected');
    await scheduler.next(prompt(2), 1, never);
    expect(device.counts.live).toBeLessThanOrEqual(forks ? 4 : 1);
  });

  it('refuses what is longer than the context, and nothing else', async () => {
    const { scheduler } = make(limits, forks);
    await expect(draw(scheduler, { prompt: prompt(64) })).rejects.toMatchObject({ code: 'context-overflow' });
    await expect(scheduler.next(prompt(65), 1, never)).rejects.toMatchObject({ code: 'context-overflow' });
    const long = { prompt: prompt(60), continuations: [prompt(6)] };
    await expect(scheduler.score(long, never)).rejects.toMatchObject({ code: 'context-overflow' });
    expect(await scheduler.next(prompt(64), 1, never)).toHaveLength(1);
    const whole = { prompt: prompt(60), continuations: [prompt(5)] };
    expect((await scheduler.score(whole, never))[0]).toHaveLength(5);
  });

  it('ends a call whose logits are no numbers, and that call alone', async () => {
    const { scheduler } = make(limits, forks);
    const [bad, good] = await Promise.allSettled([
      draw(scheduler, { prompt: [1, POISON], seeds: seeds(3) }),
      draw(scheduler, { prompt: [1, 2], seeds: seeds(3) }),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed' } });
    expect(good.status).toBe('fulfilled');
    await expect(scheduler.next([POISON], 2, never)).rejects.toMatchObject({ code: 'engine-crashed' });
    const scored = scheduler.score(
      {
        prompt: [1],
        continuations: [
          [POISON, 1],
          [2, 3],
        ],
      },
      never,
    );
    await expect(scored).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(await scheduler.next([1, 2], 2, never)).toHaveLength(2);
  });

  it('ends a call whose own reporting throws, and that call alone', async () => {
    const { scheduler } = make(limits, forks);
    const onDone = (): void => {
      throw new AppError('storage-full', 'no room');
    };
    const [bad, good] = await Promise.allSettled([
      draw(scheduler, { prompt: prompt(4), seeds: seeds(3), onDone }),
      draw(scheduler, { prompt: prompt(6), seeds: seeds(3) }),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'storage-full' } });
    expect(good.status).toBe('fulfilled');
  });
});

describe('sharing', () => {
  it('prefills a prompt once for all of its samples, which decode together', async () => {
    const { scheduler, device } = make({}, true, 8);
    await draw(scheduler, { prompt: prompt(20), seeds: seeds(8), maxTokens: 6 });
    expect(device.counts).toMatchObject({ prefills: 1, prefilled: 20 });
    expect(device.counts.decodes).toBeLessThanOrEqual(5);
  });

  it('fills places that become free from other prompts', async () => {
    const { scheduler, device } = make({}, true, 4);
    const asked = Array.from({ length: 10 }, (_, i) => prompt(8, i));
    const all = await Promise.all(asked.map((ids) => draw(scheduler, { prompt: ids, seeds: seeds(3) })));
    const longest = all.flat().map((answer) => answer!.tokens - 1);
    const total = longest.reduce((a, b) => a + b, 0);
    expect(device.counts.decoded).toBe(total);
    expect(device.counts.decodes).toBeLessThan(total / 4 + 2 * Math.max(...longest));
  });

  it('computes what prompts begin with once, whether they come together or later', async () => {
    const { scheduler, device } = make({ prefillTokens: 64, contextTokens: 64 });
    const start = prompt(50);
    await Promise.all([1, 2, 3, 4].map((last) => scheduler.next([...start, last], 1, never)));
    expect(device.counts).toMatchObject({ prefills: 1, prefilled: 51, decodes: 1, decoded: 3 });
    await scheduler.next([...start, 5], 1, never);
    expect(device.counts).toMatchObject({ prefilled: 51, decoded: 4 });
    await scheduler.next(start, 1, never);
    expect(device.counts).toMatchObject({ prefilled: 51, decoded: 5 });
    await scheduler.next([...start, 6, 7, 8], 1, never);
    expect(device.counts).toMatchObject({ prefills: 2, prefilled: 54 });
  });

  it('reads calls that come together in one prefill', async () => {
    const { scheduler, device } = make({ prefillTokens: 200, batch: 8 });
    await Promise.all(Array.from({ length: 8 }, (_, i) => scheduler.next(prompt(10, i), 1, never)));
    expect(device.counts.prefills).toBe(1);
  });

  it('scores all continuations in one more prefill', async () => {
    const { scheduler, device } = make({ prefillTokens: 64, batch: 16 });
    const continuations = [[1, 2, 3], [2], [3, 4], [5, 6, 7, 8], [9]];
    await scheduler.score({ prompt: prompt(30), continuations }, never);
    expect(device.counts).toMatchObject({ prefills: 2, prefilled: 30 + 2 + 1 + 3 });
  });

  it('gives up the prompts used longest ago', async () => {
    const { scheduler, device } = make({ sequences: 4, pages: 1000 });
    for (let i = 0; i < 9; i++) await scheduler.next(prompt(12, i), 1, never);
    expect(device.counts.live).toBe(4);
    const { prefills } = device.counts;
    await scheduler.next(prompt(12, 8), 1, never);
    expect(device.counts).toMatchObject({ prefills, decoded: 1 });
    await scheduler.next(prompt(12, 0), 1, never);
    expect(device.counts).toMatchObject({ prefills: prefills + 1, decoded: 1 });
  });
});

/** The second call of the method rejects, and all later ones. */
function failAfter(device: PlainDevice<number[]>, where: 'prefill' | 'decode', error: AppError): void {
  let calls = 0;
  device.before = (kind) => {
    if (kind === where && ++calls > 1) throw error;
  };
}

describe('a model that fails', () => {
  it.each(['prefill', 'decode'] as const)('in %s ends every call, then and later', async (where) => {
    const { scheduler, device } = make();
    const lost = new AppError('device-lost', 'gone');
    failAfter(device, where, lost);
    const codes = await Promise.allSettled([
      draw(scheduler, { prompt: prompt(40), seeds: seeds(9), maxTokens: 50 }),
      draw(scheduler, { prompt: prompt(50, 1), seeds: seeds(9), maxTokens: 50 }),
      scheduler.score({ prompt: prompt(44), continuations: [prompt(9), prompt(8, 1)] }, never),
    ]);
    for (const code of codes.filter(({ status }) => status === 'rejected'))
      expect(code).toMatchObject({ reason: { code: 'device-lost' } });
    expect(codes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    await expect(scheduler.next([1], 1, never)).rejects.toBe(lost);
  });
});
