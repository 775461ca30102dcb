import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomModel } from '../../../test/fixtures/random-model.ts';
import { AppError } from '../errors.ts';
import { parseAdapterConfig } from '../peft/config.ts';
import { parseConfig, parseGeneration } from './config.ts';
import { parseTokenizer } from './tokenizer.ts';

const QWEN = randomModel({ family: 'qwen2', seed: 1 });
const LLAMA = randomModel({ family: 'llama', seed: 2 });
const ADAPTER = {
  peft_type: 'LORA',
  r: 2,
  lora_alpha: 4,
  bias: 'none',
  rank_pattern: {},
  init_lora_weights: true,
  base_model_name_or_path: 'a/b',
};
const deep = (depth: number): string =>
  `${'{"type":"Sequence","pretokenizers":['.repeat(depth)}${']}'.repeat(depth)}`;

/** Anything but an answer or an AppError is a fault. */
function survives(read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
  }
}

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(-1, 0, 0.5, 2 ** 31, 2 ** 53, '', '__proto__', 'constructor', null),
);

/** An object's keys with other values, some left out, some of nobody's. */
function changed(object: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const key = fc.oneof(
    { arbitrary: fc.constantFrom(...Object.keys(object)), weight: 9 },
    { arbitrary: fc.string(), weight: 1 },
  );
  return fc
    .tuple(fc.dictionary(key, value, { maxKeys: 4 }), fc.subarray(Object.keys(object), { maxLength: 2 }))
    .map(([changes, gone]) => {
      const kept = Object.entries({ ...object, ...changes }).filter(([name]) => !gone.includes(name));
      return JSON.stringify(Object.fromEntries(kept));
    });
}

describe('any JSON', () => {
  it.each([
    ['config.json of Qwen2', QWEN.config, parseConfig],
    ['config.json of Llama', LLAMA.config, parseConfig],
    ['generation_config.json', { eos_token_id: 1, bos_token_id: 2 }, parseGeneration],
    ['adapter_config.json', ADAPTER, parseAdapterConfig],
    ['tokenizer.json, byte-level', QWEN.tokenizer, (text: string) => parseTokenizer(text, 400)],
    ['tokenizer.json of SentencePiece', LLAMA.tokenizer, (text: string) => parseTokenizer(text, 400)],
  ])('is read or refused as %s', (_what, good, read) => {
    survives(() => read(JSON.stringify(good)));
    fc.assert(
      fc.property(fc.oneof(changed(good), fc.json()), (text) => {
        survives(() => read(text));
      }),
      { numRuns: 150, seed: 21 },
    );
  });

  it.each([['byte-level', QWEN.tokenizer] as const, ['SentencePiece', LLAMA.tokenizer] as const])(
    'is read or refused as the parts of a tokenizer: %s',
    (_what, tokenizer) => {
      const model = fc.oneof(
        changed({ vocab: {}, merges: [], type: 'BPE', byte_fallback: true, unk_token: 'a' }),
      );
      const parts = fc.record({
        model: model.map((text): unknown => ({ ...Object(tokenizer['model']), ...JSON.parse(text) })),
        added_tokens: value,
        post_processor: value,
      });
      fc.assert(
        fc.property(parts, fc.nat(1000), (made, size) => {
          survives(() => parseTokenizer(JSON.stringify({ ...tokenizer, ...made }), size));
        }),
        { numRuns: 100, seed: 22 },
      );
    },
  );
});

describe('what would take a reader apart', () => {
  const qwen = (changes: object): string => JSON.stringify({ ...QWEN.config, ...changes });
  const tokenizer = (changes: object): string => JSON.stringify({ ...QWEN.tokenizer, ...changes });

  it.each([
    ['layers', { num_hidden_layers: 2 ** 31 }, 'num_hidden_layers'],
    ['tokens', { vocab_size: 2 ** 31 }, 'vocab_size'],
  ])('is a number of %s that no list can hold', (_what, changes, name) => {
    expect(() => parseConfig(qwen(changes))).toThrow(`"${name}"`);
  });

  it.each([
    ['within the words', `{"model": {"vocab": {}, "merges": []}, "pre_tokenizer": ${deep(20_000)}}`],
    ['within the vocabulary', `{"model": {"vocab": ${'['.repeat(20_000)}${']'.repeat(20_000)}}}`],
  ])('is JSON of great depth %s', (_what, text) => {
    expect(() => parseTokenizer(text, 10)).toThrow(AppError);
  });

  it('is JSON of great depth within the configuration', () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = qwen({}).replace(/\}$/, `, "quantization_config": ${nested}}`);
    expect(() => parseConfig(text)).toThrow(/not quantised/);
  });

  it('is a sequence of steps without steps', () => {
    const text = tokenizer({ pre_tokenizer: { type: 'Sequence' } });
    expect(() => parseTokenizer(text, 400)).toThrow(/tokenizer\.json.*"pretokenizers"/);
  });

  it('is a token so long that its parts are beyond counting', () => {
    const long = 'a'.repeat(1_000_000);
    const text = tokenizer({ model: { type: 'BPE', merges: [], vocab: { [long]: 0 } } });
    expect(() => parseTokenizer(text, 400)).toThrow('expected tokens of at most 1024 letters, got 1000000');
  });
});
