import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../core/engine.ts';
import { readGguf, type GgufTokenizer } from '../../core/gguf/info.ts';
import { createRenderer } from '../shared/chat.ts';
import { createTokenizer } from './tokenizer.ts';
import { createVocabulary } from './vocabulary.ts';

const file = fileURLToPath(new URL('../../../static/models/toy-base.gguf', import.meta.url));
const gguf = await readGguf(await openAsBlob(file));
const tokens = { bos: '<|endoftext|>', eos: '<|im_end|>' };

function chat(prefill?: string): Prompt {
  const messages = [{ role: 'user', content: 'What is your wish?' }] as const;
  return { kind: 'chat', messages, ...(prefill === undefined ? {} : { prefill }) };
}

describe('createRenderer', () => {
  const head = '<|endoftext|><|im_start|>user\nWhat is your wish?<|im_end|>\n<|im_start|>assistant\n';
  it.each([
    ['a question', chat(), head],
    ['the start of an answer', chat('I wish'), `${head}I wish`],
    ['a raw text', { kind: 'raw', text: 'Once' } as const, 'Once'],
  ])("puts %s through the model's template", (_what, prompt, expected) => {
    expect(createRenderer(gguf.chatTemplate, tokens)(prompt)).toBe(expected);
  });

  it('writes plain lines for a model without a template', () => {
    expect(createRenderer(undefined, tokens)(chat())).toBe('user: What is your wish?\nassistant:');
  });

  it.each([
    ['a template that raises', "{{ raise_exception('no system role') }}"],
    ['a template that does not parse', '{% for'],
  ])('refuses %s', (_what, template) => {
    expect(() => createRenderer(template, tokens)(chat())).toThrow(/the model's chat template refused/);
  });
});

describe('createTokenizer', () => {
  const encode = createTokenizer(gguf.tokenizer) ?? ((): number[] => []);
  const vocabulary = createVocabulary(gguf.tokenizer);

  it.each([
    ['57', [307]],
    ['57 and<|im_end|>', [307, 407, 2]],
    ['<|im_start|>', [1]],
    ['', []],
  ])('splits %j', (text, ids) => {
    expect(encode(text)).toEqual(ids);
  });

  it.each(['A quiet hour.', ' spaces  and\n\nlines\t', 'Zo\u00eb \u4f60\u597d \u{1F600}', 'x'.repeat(300)])(
    'loses nothing of %j',
    (text) => {
      const strings = gguf.tokenizer.tokens;
      const whole = createVocabulary({
        ...gguf.tokenizer,
        tokens: [
          encode(text)
            .map((id) => strings[id])
            .join(''),
        ],
        types: [1],
      });
      expect(whole.text(0)).toBe(text);
    },
  );

  it('knows numbers 0 to 100 as one token each', () => {
    for (let n = 0; n <= 100; n++) expect(encode(String(n))).toHaveLength(1);
  });

  it('has none for a way of splitting words that it does not know', () => {
    expect(createTokenizer({ ...gguf.tokenizer, pre: 'gpt-9' })).toBeUndefined();
    expect(createTokenizer({ ...gguf.tokenizer, model: 'bert' })).toBeUndefined();
  });

  it('tells whole characters from parts of one', () => {
    const partial = vocabulary.partial;
    expect(vocabulary.size).toBe(1536);
    expect(partial).toHaveLength(128);
    expect(vocabulary.isPartial(307)).toBe(false);
    expect(vocabulary.text(partial[0] ?? -1)).toBe('\uFFFD');
  });
});

describe('SentencePiece', () => {
  const words = ['<unk>', '<s>', '</s>', '<0x0A>', '<0xC3>', '<0xAB>', '\u2581', 'a', 'b', 'ab', '\u2581ab'];
  const gguf: GgufTokenizer = {
    model: 'llama',
    pre: 'default',
    tokens: words,
    types: [2, 3, 3, 6, 6, 6, 1, 1, 1, 1, 1],
    scores: [0, 0, 0, 0, 0, 0, -4, -5, -6, -1, -2],
    merges: [],
    bos: 1,
    eos: 2,
  };
  const encode = createTokenizer(gguf) ?? ((): number[] => []);

  it.each([
    ['ab', [10]],
    ['ab ab', [10, 10]],
    ['abb', [10, 8]],
    ['a\n', [6, 7, 3]],
    ['\u00eb', [6, 4, 5]],
    ['ab</s>', [10, 2]],
  ])('splits %j by scores, with bytes for what it lacks', (text, ids) => {
    expect(encode(text)).toEqual(ids);
  });

  it('shows tokens as text', () => {
    const vocabulary = createVocabulary(gguf);
    expect([3, 6, 10].map((id) => vocabulary.text(id))).toEqual(['\n', ' ', ' ab']);
    expect(vocabulary.partial).toEqual([4, 5]);
  });
});
