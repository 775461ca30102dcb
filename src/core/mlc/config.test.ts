import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { readMlcConfig } from './config.ts';

const CONFIG = {
  model_type: 'qwen2',
  quantization: 'q4f32_1',
  vocab_size: 151936,
  context_window_size: 4096,
  tokenizer_files: ['tokenizer.json'],
  conv_template: { stop_str: '<|im_end|>', stop_token_ids: [7, 5] },
  eos_token_id: 5,
  bos_token_id: null,
  model_config: { hidden_size: 896 },
};
const read = (changes: object) => readMlcConfig(JSON.stringify({ ...CONFIG, ...changes }));

describe('readMlcConfig', () => {
  it('reads sizes and the tokens that end an answer', () => {
    expect(read({})).toEqual({
      modelType: 'qwen2',
      quantization: 'q4f32_1',
      vocabulary: 151936,
      contextTokens: 4096,
      tokenizerFiles: ['tokenizer.json'],
      bos: [],
      stopTokens: [5, 7],
      stopTexts: ['<|im_end|>'],
      model: { hidden_size: 896 },
    });
  });

  it('reads a template that is only named, several ends, and no limit of the context', () => {
    const config = read({
      conv_template: 'chatml',
      eos_token_id: [9, 2],
      bos_token_id: 1,
      context_window_size: -1,
    });
    expect(config).toMatchObject({ stopTokens: [2, 9], bos: [1], stopTexts: [] });
    expect(config).not.toHaveProperty('contextTokens');
  });

  it.each([
    ['a vocabulary of nothing', { vocab_size: 0 }, 'vocab_size'],
    ['no tokenizer', { tokenizer_files: [] }, 'tokenizer_files'],
    ['a tokenizer elsewhere', { tokenizer_files: ['../tokenizer.json'] }, 'tokenizer_files'],
    ['a token that is none', { eos_token_id: -3 }, 'eos_token_id'],
  ])('refuses %s', (_what, changes, part) => {
    expect(() => read(changes)).toThrow(part);
  });

  it('names nothing but its own errors, whatever the JSON', () => {
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(CONFIG)), fc.jsonValue());
    fc.assert(
      fc.property(changes, (some) => {
        try {
          read(some);
        } catch (thrown) {
          if (!(thrown instanceof AppError)) throw thrown;
          expect(thrown.code).toBe('invalid-file');
        }
      }),
      { numRuns: 200, seed: 33 },
    );
  });
});
