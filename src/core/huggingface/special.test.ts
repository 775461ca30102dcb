import { describe, expect, it } from 'vitest';
import { specialTokens, type SpecialSources } from './special.ts';
import type { HfVocabulary } from './tokenizer.ts';

const TOKENS = ['<s>', '</s>', '<|end|>', '<|turn|>', 'a'];

function vocabulary(leading?: string): HfVocabulary {
  return {
    ...{ model: 'gpt2', pre: 'gpt-2', tokens: TOKENS, types: [], stripsLikePhi3: false },
    idOf: (text) => (TOKENS.includes(text) ? TOKENS.indexOf(text) : undefined),
    ...(leading === undefined ? {} : { leading }),
  };
}

const NONE: SpecialSources = { config: { eos: [] } };
const read = (sources: Partial<SpecialSources>, leading?: string): ReturnType<typeof specialTokens> =>
  specialTokens(vocabulary(leading), { ...NONE, ...sources });

describe('specialTokens', () => {
  it("go by the tokenizer's files first", () => {
    const config = { bos: 4, eos: [4] };
    const named = { bos_token: '<s>', eos_token: '</s>' };
    expect(read({ config, tokenizerConfig: named })).toEqual({ bos: 0, eos: 1, alsoEnd: [4], addBos: false });
    expect(read({ config, specialTokensMap: JSON.stringify(named) })).toMatchObject({ bos: 0, eos: 1 });
    expect(read({ config })).toEqual({ bos: 4, eos: 4, alsoEnd: [], addBos: false });
  });

  it('have no begin-of-sequence token where the tokenizer says so', () => {
    const config = { bos: 0, eos: [1] };
    expect(read({ config, tokenizerConfig: { bos_token: null, eos_token: '</s>' } })).not.toHaveProperty(
      'bos',
    );
  });

  it('are all that may end an answer', () => {
    const generation = { eos: [1, 2, 3] };
    const tokenizerConfig = { eos_token: '<|end|>' };
    expect(read({ config: { eos: [1] }, generation, tokenizerConfig })).toMatchObject({
      eos: 2,
      alsoEnd: [1, 3],
    });
  });

  it('stand in front of a text where add_bos_token or the post-processor says so', () => {
    const tokenizerConfig = { bos_token: '<s>', eos_token: '</s>' };
    expect(read({ tokenizerConfig }).addBos).toBe(false);
    expect(read({ tokenizerConfig }, '<s>').addBos).toBe(true);
    expect(read({ tokenizerConfig: { ...tokenizerConfig, add_bos_token: false } }, '<s>').addBos).toBe(false);
    expect(read({ tokenizerConfig: { ...tokenizerConfig, add_bos_token: true } }).addBos).toBe(true);
  });

  it.each([
    ['no end', {}, undefined, '"eos_token", got none'],
    ['an end that is no token', { tokenizerConfig: { eos_token: '<eos>' } }, undefined, 'got "<eos>"'],
    ['an id beyond the vocabulary', { config: { eos: [5] } }, undefined, 'below 5, got 5'],
    [
      'too many ends',
      { generation: { eos: [1, 2, 3, 4] } },
      undefined,
      'at most three tokens that end a text',
    ],
    [
      'nothing to put in front',
      { tokenizerConfig: { eos_token: 'a', add_bos_token: true } },
      undefined,
      '"bos_token"',
    ],
    [
      'another token in front',
      { tokenizerConfig: { eos_token: 'a', bos_token: '<s>' } },
      '<|turn|>',
      'got "<|turn|>"',
    ],
  ])('are refused with %s', (_what, sources, leading, message) => {
    expect(() => read(sources, leading)).toThrow(message);
  });
});
