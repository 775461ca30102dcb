import { describe, expect, it } from 'vitest';
import { InvalidTextError } from './failure.ts';
import { logprobOf } from './one-token.ts';
import type { Completion } from './reply.ts';
import type { Body, Runtime } from './runtime.ts';
import { score } from './score.ts';

/** Half a character. */
const HALF = 0;
const { signal } = new AbortController();

/** llama.cpp with these logits: it draws, lists the likeliest token beside what it drew, and writes no half character. */
function stage(logits: readonly number[]): { runtime: Runtime; prompts: () => readonly string[] } {
  const prompts: string[] = [];
  const complete = (body: Body): Promise<Completion> => {
    prompts.push(body.prompt);
    const raised = logits.map((logit, id) => logit + biasOf(body, id));
    const listed = body['post_sampling_probs'] === true ? raised : logits;
    const shares = softmax(listed);
    const top = shares.indexOf(Math.max(...shares));
    const drawn =
      body['temperature'] === 0 ? raised.indexOf(Math.max(...raised)) : draw(shares, body['seed']);
    if (top === HALF || drawn === HALF)
      return Promise.reject(new InvalidTextError('invalid UTF-8 byte at index 0: 0xBD'));
    const prob = Math.fround(shares[top] ?? NaN);
    return Promise.resolve({
      ...{ text: '', finish: 'stop', promptTokens: 1, tokens: 1, promptMs: 1, decodeMs: 1 },
      entries: [{ id: drawn, logprob: Math.log(shares[drawn] ?? NaN), prob, top_probs: [{ id: top, prob }] }],
    });
  };
  const runtime: Runtime = {
    ...{
      version: '',
      device: 'cpu',
      threads: 1,
      contextTokens: 8,
      addsBos: true,
      endTokens: new Set<number>(),
    },
    ...{ complete, stream: complete },
    close: () => undefined,
  };
  return { runtime, prompts: () => prompts };
}

function biasOf(body: Body, id: number): number {
  const text = JSON.stringify(body['logit_bias'] ?? []);
  return Number(new RegExp(`\\[${id},([-\\d.]+)\\]`).exec(text)?.[1] ?? 0);
}

function softmax(logits: readonly number[]): readonly number[] {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** By a hash of the seed. */
function draw(shares: readonly number[], seed: unknown): number {
  let left = (Number(seed) * 0.618034) % 1;
  return shares.findIndex((share) => (left -= share) < 0);
}

describe('logprobOf', () => {
  it.each([
    ['half a character is unlikely', [-5, 2, 1]],
    ['half a character is a little likelier', [2.1, 2, 1]],
    ['half a character is likelier', [9, 2, 1]],
    ['half a character is nearly certain', [40, 2, 1]],
    ['halves are far above all else', [110, 2, 1]],
  ])('is that of the softmax where %s', async (_what, logits) => {
    const { runtime, prompts } = stage(logits);
    for (const id of [1, 2]) {
      const expected = (logits[id] ?? NaN) - Math.max(...logits) - Math.log(sumOf(logits));
      expect(Math.abs((await logprobOf(runtime, 'a', id, signal)) - expected)).toBeLessThan(1e-5);
    }
    expect(prompts().length).toBeLessThan(60);
  });

  it('is refused where no height suffices, without asking for ever', async () => {
    const { runtime, prompts } = stage([500, 2, 1]);
    await expect(logprobOf(runtime, 'a', 1, signal)).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(prompts().length).toBeLessThan(60);
  });
});

function sumOf(logits: readonly number[]): number {
  return logits.reduce((total, logit) => total + Math.exp(logit - Math.max(...logits)), 0);
}

describe('a text that the model would not go on with', () => {
  const texts = ['\uFFFD', 'b', 'c'];
  const vocabulary = {
    size: 3,
    text: (id: number) => texts[id] ?? '',
    isPartial: () => false,
    partial: [0],
    plain: 1,
  };

  it('is scored token by token, each after the text before it', async () => {
    const { runtime, prompts } = stage([9, 2, 1]);
    const encode = (text: string) => Array.from(text, (letter) => texts.indexOf(letter));
    const [scored] = await score({ runtime, vocabulary, encode }, 'b', ['cb'], signal);
    const sum = -14 - 2 * Math.log(sumOf([9, 2, 1])) - 1;
    expect(scored?.logprob).toBeCloseTo(sum, 5);
    expect(new Set(prompts())).toEqual(new Set(['b', 'bc']));
  });

  it('is refused where the text so far is split otherwise', async () => {
    const { runtime } = stage([9, 2, 1]);
    const encode = (text: string) =>
      text === 'bc' ? [2] : Array.from(text, (letter) => texts.indexOf(letter));
    await expect(score({ runtime, vocabulary, encode }, 'b', ['cb'], signal)).rejects.toMatchObject({
      code: 'not-scorable',
    });
  });
});
