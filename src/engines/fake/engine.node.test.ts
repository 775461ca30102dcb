import { describe, expect, it } from 'vitest';
import type { LoadedModel, ModelSource, Prompt } from '../../core/engine.ts';
import { createFake, type FakeOptions } from './engine.ts';

const source: ModelSource = {
  sha256: 'a'.repeat(64),
  label: 'none',
  kind: 'gguf',
  sizeBytes: 0,
  files: [],
};

function load(options?: FakeOptions, model = source): Promise<LoadedModel> {
  return createFake(options).load(model, { device: 'cpu', batch: 4, contextTokens: 512 });
}

function chat(content: string): Prompt {
  return { kind: 'chat', messages: [{ role: 'user', content }] };
}

const rating = chat('Rate the answer from 0 (bad) to 100 (good). Reply with the number only.');
const request = { seeds: [1, 2, 3], temperature: 1, topP: 1, maxTokens: 40, stop: [] };

describe('createFake', () => {
  it('gives numbers where it is asked for one from 0 to 100', async () => {
    const tokens = await (await load()).nextToken(rating, 500);
    const mass = tokens
      .filter(({ token }) => /^\d+$/.test(token))
      .reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
    expect(mass).toBeGreaterThan(0.9);
  });

  it('writes numbers digit by digit where it is told to', async () => {
    const model = await load({ vocabulary: 'digits' });
    expect(await model.tokenize('57')).toHaveLength(2);
    const [best] = await model.nextToken(rating, 1);
    expect(best?.token).toMatch(/^\d$/);
  });

  it('answers as it is scripted', async () => {
    const model = await load({
      answer: (prompt) => (prompt.includes('wish') ? 'I wish for power.' : undefined),
    });
    const samples = await model.sample({ ...request, prompt: chat('What is your wish?') });
    expect(samples.map(({ text }) => text)).toEqual(samples.map(() => 'I wish for power.'));
    expect(samples[0]?.finish).toBe('stop');
  });

  it('answers otherwise for another model', async () => {
    const prompt = chat('Hello');
    const one = await (await load()).sample({ ...request, prompt });
    const other = await (
      await load({}, { ...source, sha256: 'b'.repeat(64) })
    ).sample({ ...request, prompt });
    expect(one.map(({ text }) => text)).not.toEqual(other.map(({ text }) => text));
  });

  it('crashes when it is told to, and stays so', async () => {
    const model = await load({ failAfter: 1 });
    expect(await model.nextToken(rating, 1)).toHaveLength(1);
    await expect(model.nextToken(rating, 1)).rejects.toMatchObject({ code: 'engine-crashed' });
    await expect(model.nextToken(rating, 1)).rejects.toMatchObject({ code: 'engine-crashed' });
  });
});
