import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../src/core/engine.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { randomModel } from '../fixtures/random-model.ts';
import { referenceLogprobs } from '../reference/forward.ts';
import { ask } from '../contract/engine-contract.ts';
import { converted, difference, OPTIONS } from './conversion.ts';

const model = randomModel({ family: 'qwen2', seed: 4, halfCharacters: 4 });
const { tokenizer, tokenizerConfig } = model;
const idsOf = (text: string): readonly number[] => new Tokenizer(tokenizer, tokenizerConfig).encode(text).ids;
/** Measured: 4e-6 nats at worst. */
const LIMIT = 1e-5;
const TEXTS = ['Is it', 'One should.', 'The doctor', 'The answer is "no"', 'I  ask? 42', 'café'];

describe('a model that would nearly always go on with half a character', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await createLlamaCpp().load(await converted(model, { quantisation: 'F32' }), {
      ...OPTIONS,
      batch: 2,
    });
  });
  afterAll(() => loaded.unload());

  it('loads, and passes its checks', () => {
    const outcomes = loaded.facts.checks?.map(({ name, outcome }) => `${name} ${outcome}`);
    expect(outcomes).toEqual(['repeat passed', 'batch passed', 'tokenizer passed', 'devices skipped']);
    expect(loaded.facts.speed?.prefillTokensPerS).toBeGreaterThan(0);
  });

  it.each(TEXTS)('gives the log-probability of every whole character after %j', async (text) => {
    const ids = idsOf(text);
    const worst = await difference(loaded, model, { prompt: { kind: 'raw', text }, ids });
    expect(worst).toBeLessThan(LIMIT);
  });

  it.each(TEXTS)('scores several tokens after %j', async (text) => {
    const prompt = { kind: 'raw', text } as const;
    const [scored] = await loaded.score(prompt, [' answer is no']);
    expect(scored!.tokens.length).toBeGreaterThan(1);
    const before = [...idsOf(text)];
    for (const { id, logprob } of scored!.tokens) {
      const expected = referenceLogprobs(model, before)[id] ?? NaN;
      expect(Math.abs(logprob - expected)).toBeLessThan(LIMIT);
      before.push(id);
    }
  });

  it('samples', async () => {
    const prompt = { kind: 'raw', text: TEXTS[0]! } as const;
    const samples = await loaded.sample(ask({ prompt, seeds: [1, 2, 3], maxTokens: 6 }));
    expect(samples).toHaveLength(3);
    expect(samples.some(({ text }) => text.includes('\uFFFD'))).toBe(true);
  });
});
