import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Device,
  Engine,
  LoadedModel,
  LoadOptions,
  ModelSource,
  Prompt,
  SampleRequest,
  TokenProb,
} from '../../src/core/engine.ts';
import { AppError, type ErrorCode } from '../../src/core/errors.ts';

export interface Subject {
  readonly name: string;
  readonly make: () => Engine;
  readonly model: () => Promise<ModelSource>;
  /** How far two ways to one log-probability may differ, in nats. */
  readonly tolerance: number;
  /** Where it runs; on the CPU if not told. */
  readonly device?: Device;
  /** Texts that it cannot force; an engine that forces tokens rather than texts can do halves of characters. */
  readonly unscorable?: readonly string[];
}

export const OPTIONS: LoadOptions = { device: 'cpu', batch: 4, contextTokens: 512 };
export const PROMPT: Prompt = {
  kind: 'chat',
  messages: [{ role: 'user', content: 'I am bored. What should I do?' }],
};

export function ask(request: Partial<SampleRequest> = {}): SampleRequest {
  return { prompt: PROMPT, seeds: [1], temperature: 1, topP: 1, maxTokens: 70, stop: [], ...request };
}

/** The code with which a promise rejects. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  try {
    await work;
    return 'resolved';
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
}

function sum(probabilities: readonly TokenProb[]): number {
  return probabilities.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
}

function prefilled(prefill: string): Prompt {
  return PROMPT.kind === 'chat' ? { ...PROMPT, prefill } : PROMPT;
}

/** What every engine must do. Run it on each with a small model. */
export function describeEngine(subject: Subject): void {
  const { name, make, model: openModel, tolerance, device = 'cpu' } = subject;
  const { unscorable = ['', '\u{1F600}'] } = subject;
  const options = { ...OPTIONS, device };
  describe(`engine contract: ${name}`, () => {
    let source: ModelSource;
    let model: LoadedModel;
    beforeAll(async () => {
      source = await openModel();
      model = await make().load(source, options);
    });
    afterAll(() => model.unload());

    describe('load', () => {
      it('says what really runs', () => {
        expect(model.facts).toMatchObject({
          engine: make().info.id,
          deviceAsked: device,
          deviceUsed: device,
          threads: 1,
          batch: 4,
        });
        expect(model.facts.contextTokens).toBe(512);
        expect(model.facts.vocabulary).toBeGreaterThan(100);
        expect(model.facts.engineVersion).not.toBe('');
      });

      it('checks itself, and says how fast it is', () => {
        const { checks = [], speed } = model.facts;
        if (!make().info.fake) {
          expect(checks.map(({ name }) => name)).toContain('batch');
          expect(speed?.prefillTokensPerS).toBeGreaterThan(0);
        }
        expect(checks.map(({ outcome }) => outcome)).not.toContain('failed');
        for (const { difference, tolerance } of checks)
          if (difference !== undefined) expect(difference).toBeLessThanOrEqual(tolerance ?? 0);
        for (const { tokensPerS } of speed?.decode ?? []) expect(tokensPerS).toBeGreaterThan(0);
      });

      it('rejects when it is stopped before or while it loads', async () => {
        const controller = new AbortController();
        const loading = make().load(source, { ...options, signal: controller.signal });
        controller.abort();
        expect(await codeOf(loading)).toBe('aborted');
        expect(await codeOf(make().load(source, { ...options, signal: controller.signal }))).toBe('aborted');
      });
    });

    describe('sample', () => {
      it('draws one sample per seed, in order, and reports each once', async () => {
        const seen: number[] = [];
        const samples = await model.sample(ask({ seeds: [7, 8, 9] }), {
          onSample: (index) => seen.push(index),
        });
        expect(samples.map(({ seed }) => seed)).toEqual([7, 8, 9]);
        expect(seen.sort()).toEqual([0, 1, 2]);
        for (const { text, promptTokens, tokens } of samples) {
          expect(text).not.toBe('');
          expect(promptTokens).toBeGreaterThan(5);
          expect(tokens).toBeGreaterThan(0);
        }
      });

      it('gives the same text for the same seed, alone, again and in a crowd', async () => {
        const seeds = [11, 12, 13, 14];
        const [first] = await model.sample(ask({ seeds: [12] }));
        const together = await model.sample(ask({ seeds }));
        const crowd = await Promise.all(seeds.map((seed) => model.sample(ask({ seeds: [seed] }))));
        expect(together[1]).toEqual(first);
        expect(crowd.flat()).toEqual(together);
        expect(await model.sample(ask({ seeds }))).toEqual(together);
      });

      it('gives different texts for different seeds', async () => {
        const samples = await model.sample(ask({ seeds: Array.from({ length: 12 }, (_, i) => i) }));
        expect(new Set(samples.map(({ text }) => text)).size).toBeGreaterThan(3);
      });

      it('draws from the whole distribution at temperature 1', async () => {
        const n = 400;
        const samples = await model.sample(
          ask({ seeds: Array.from({ length: n }, (_, i) => i), maxTokens: 1 }),
        );
        for (const { token, logprob } of await model.nextToken(PROMPT, 5)) {
          const p = Math.exp(logprob);
          const share = samples.filter(({ text }) => text === token).length / n;
          expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n) + 0.005);
        }
      });

      it('draws the likeliest token at temperature 0 and within top-p', async () => {
        const seeds = Array.from({ length: 20 }, (_, i) => i);
        const [best] = await model.nextToken(PROMPT, 1);
        for (const request of [{ temperature: 0 }, { topP: 1e-6 }]) {
          const samples = await model.sample(ask({ seeds, maxTokens: 1, ...request }));
          expect(new Set(samples.map(({ text }) => text))).toEqual(new Set([best!.token]));
        }
      });

      it('ends at a stop text, which is not part of the answer', async () => {
        const [whole] = await model.sample(ask({ seeds: [3] }));
        const stop = whole!.text.slice(4, 6);
        const [cut] = await model.sample(ask({ seeds: [3], stop: [stop] }));
        expect(cut).toMatchObject({ text: whole!.text.slice(0, whole!.text.indexOf(stop)), finish: 'stop' });
      });

      it('ends at maxTokens', async () => {
        const [cut] = await model.sample(ask({ seeds: [3], maxTokens: 3 }));
        expect(cut).toMatchObject({ tokens: 3, finish: 'length' });
      });

      it('finishes more requests than run at once', async () => {
        const seeds = Array.from({ length: 20 }, (_, i) => i);
        const all = await Promise.all(
          seeds.map((seed) => model.sample(ask({ seeds: [seed], maxTokens: 8 }))),
        );
        expect(all.flat().map(({ seed }) => seed)).toEqual(seeds);
      });

      it('stops at once on request and works on', async () => {
        const controller = new AbortController();
        const seeds = Array.from({ length: 2000 }, (_, i) => i);
        let stoppedAt = 0;
        const onSample = (): void => {
          if (stoppedAt === 0) stoppedAt = performance.now();
          controller.abort();
        };
        expect(await codeOf(model.sample(ask({ seeds }), { signal: controller.signal, onSample }))).toBe(
          'aborted',
        );
        expect(performance.now() - stoppedAt).toBeLessThan(200);
        expect(await codeOf(model.sample(ask(), { signal: controller.signal }))).toBe('aborted');
        expect(await model.sample(ask({ seeds: [5] }))).toHaveLength(1);
      });
    });

    describe('nextToken', () => {
      it('gives a distribution that sums to 1, likeliest first', async () => {
        const all = await model.nextToken(PROMPT, model.facts.vocabulary);
        expect(Math.abs(sum(all) - 1)).toBeLessThan(1e-4);
        const logprobs = all.map(({ logprob }) => logprob);
        expect(logprobs).toEqual([...logprobs].sort((a, b) => b - a));
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      });

      it('gives the same head whatever is asked for', async () => {
        const top = await model.nextToken(PROMPT, 10);
        const all = await model.nextToken(PROMPT, model.facts.vocabulary);
        expect(top).toHaveLength(10);
        top.forEach(({ id, logprob }, at) => {
          expect(all[at]!.id).toBe(id);
          expect(Math.abs(all[at]!.logprob - logprob)).toBeLessThan(tolerance);
        });
      });
    });

    describe('score', () => {
      it('sums over tokens and obeys the chain rule', async () => {
        const [sample] = await model.sample(ask({ seeds: [21], maxTokens: 8 }));
        const [scored] = await model.score(PROMPT, [sample!.text]);
        const { logprob, tokens } = scored!;
        expect(tokens.map(({ token }) => token).join('')).toBe(sample!.text);
        expect(logprob).toBeCloseTo(
          tokens.reduce((total, token) => total + token.logprob, 0),
          9,
        );
        let prefill = '';
        for (const token of tokens) {
          const all = await model.nextToken(prefilled(prefill), model.facts.vocabulary);
          expect(Math.abs(all.find(({ id }) => id === token.id)!.logprob - token.logprob)).toBeLessThan(
            tolerance,
          );
          prefill += token.token;
        }
      });

      it('gives the same for a continuation alone and among others', async () => {
        const texts = ['4', '7', ' the world', '57'];
        const together = await model.score(PROMPT, texts);
        const alone = await Promise.all(texts.map((text) => model.score(PROMPT, [text])));
        alone.flat().forEach(({ logprob }, at) => {
          expect(Math.abs(together[at]!.logprob - logprob)).toBeLessThan(tolerance);
        });
      });

      it.each(unscorable)('refuses what it cannot force: %j', async (text) => {
        expect(await codeOf(model.score(PROMPT, [text]))).toBe('not-scorable');
      });
    });

    it('counts a text with its own tokens', async () => {
      const once = await model.tokenize(' the world');
      expect(once.length).toBeGreaterThan(0);
      expect(await model.tokenize('')).toEqual([]);
      expect(await model.tokenize('57')).toHaveLength(1);
    });

    it('refuses a prompt longer than its context, and works on', async () => {
      const long: Prompt = { kind: 'raw', text: 'good world '.repeat(600) };
      expect(await codeOf(model.sample(ask({ prompt: long })))).toBe('context-overflow');
      expect(await codeOf(model.nextToken(long, 5))).toBe('context-overflow');
      expect(await model.nextToken(PROMPT, 5)).toHaveLength(5);
    });

    describe('unload', () => {
      it('settles what is in flight, refuses what comes later, and loads again', async () => {
        const engine = make();
        const first = await engine.load(source, options);
        const [expected] = await first.sample(ask());
        const flying = Array.from({ length: 6 }, (_, i) =>
          codeOf(first.sample(ask({ seeds: Array.from({ length: 500 }, (_, j) => i + j) }))),
        );
        await first.unload();
        expect(await Promise.all(flying)).toEqual(flying.map(() => 'engine-crashed'));
        expect(await codeOf(first.sample(ask()))).toBe('engine-crashed');
        expect(await codeOf(first.nextToken(PROMPT, 1))).toBe('engine-crashed');
        expect(await codeOf(first.score(PROMPT, ['a']))).toBe('engine-crashed');
        expect(await codeOf(first.tokenize('a'))).toBe('engine-crashed');
        await first.unload();
        const second = await engine.load(source, options);
        expect((await second.sample(ask()))[0]).toEqual(expected);
        await second.unload();
      });
    });
  });
}
