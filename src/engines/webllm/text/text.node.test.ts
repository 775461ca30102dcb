import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../../core/engine.ts';
import { readMlcConfig } from '../../../core/mlc/config.ts';
import { readConversation } from './conversation.ts';
import { readModelText } from './text.ts';
import { readVocabulary } from './vocabulary.ts';
import { TextWriter } from './writer.ts';

/** A byte-level tokenizer of single bytes, one merge and two special tokens. */
function tokenizer(lead: boolean): string {
  const bytes = ['a', 'b', 'c', 'Ġ', 'ð', 'Ł', 'ĺ', 'Ģ', ':', 'Ċ', 'ab'];
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return JSON.stringify({
    added_tokens: [
      { id: 20, content: '<s>', ...flags },
      { id: 21, content: '</s>', ...flags },
    ],
    normalizer: null,
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    post_processor: lead
      ? {
          type: 'TemplateProcessing',
          single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
          pair: [],
          special_tokens: { '<s>': { id: '<s>', ids: [20], tokens: ['<s>'] } },
        }
      : null,
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(bytes.map((token, id) => [token, id])),
      merges: [['a', 'b']],
    },
  });
}

const CONFIG = { vocab_size: 32, tokenizer_files: ['tokenizer.json'], eos_token_id: 21 };
const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', content: 'a b' }], prefill: 'c' };
const raw = (text: string): Prompt => ({ kind: 'raw', text });

function open(files: Readonly<Record<string, string>>, lead = true) {
  const all: Readonly<Record<string, string>> = {
    'tokenizer.json': tokenizer(lead),
    'mlc-chat-config.json': JSON.stringify(CONFIG),
    ...files,
  };
  const config = readMlcConfig(all['mlc-chat-config.json'] ?? '');
  return readModelText(config, (name) => Promise.resolve(all[name]));
}

describe('readModelText', () => {
  it.each([
    ['ab c', [20, 10, 3, 2]],
    ['<s>ab', [20, 10]],
    ['b</s>', [20, 1, 21]],
  ])('puts one begin-of-sequence token in front of %j', async (text, ids) => {
    expect((await open({})).prompt(raw(text))).toEqual(ids);
  });

  it('puts nothing in front where the tokenizer does not', async () => {
    expect((await open({}, false)).prompt(raw('ab'))).toEqual([10]);
  });

  it("renders chats by the model's own template, from either file", async () => {
    const template = '{% for m in messages %}{{ bos_token }}{{ m.content }}{{ eos_token }}{% endfor %}:';
    const named = { bos_token: '<s>', eos_token: { content: '</s>' } };
    const expected = [20, 0, 3, 1, 21, 8, 2];
    for (const files of [
      { 'tokenizer_config.json': JSON.stringify({ ...named, chat_template: template }) },
      {
        'tokenizer_config.json': JSON.stringify({
          ...named,
          chat_template: [
            { name: 'tool_use', template: 'no' },
            { name: 'default', template },
          ],
        }),
      },
      { 'tokenizer_config.json': JSON.stringify(named), 'chat_template.jinja': template },
    ])
      expect((await open(files)).prompt(chat)).toEqual(expected);
  });

  it("renders chats by MLC's conversation template where there is no other", async () => {
    const conv_template = {
      roles: { user: 'a', assistant: 'b' },
      seps: ['\n'],
      role_content_sep: ':',
      role_empty_sep: ':',
    };
    const config = JSON.stringify({ ...CONFIG, conv_template });
    const text = await open({ 'mlc-chat-config.json': config }, false);
    // a:a b\nb:c
    expect(text.prompt(chat)).toEqual([0, 8, 0, 3, 1, 9, 1, 8, 2]);
  });

  it('ends answers at what any of the files says', async () => {
    const { endings } = await open({
      'generation_config.json': JSON.stringify({ eos_token_id: [21, 7] }),
      'tokenizer_config.json': JSON.stringify({ eos_token: '<s>' }),
    });
    expect(endings.tokens).toEqual(new Set([21, 7, 20]));
  });

  it('splits a continuation as it stands after the prompt, or alone where the border would move', async () => {
    const text = await open({});
    expect(text.continuation(raw('c'), 'ab')).toEqual([10]);
    expect(text.continuation(raw('ca'), 'b')).toEqual([1]);
    expect(text.continuation(raw('c'), '\u{1F600}')).toEqual([4, 5, 6, 7]);
  });

  it.each(['', 'Z'])('cannot score %j', async (continuation) => {
    const text = await open({});
    expect(() => text.continuation(raw('c'), continuation)).toThrow(/cannot be scored/);
  });

  it('refuses an empty prompt and a model without a tokenizer', async () => {
    const text = await open({});
    expect(() => text.prompt(raw(''))).toThrow(/empty/);
    await expect(
      readModelText(readMlcConfig(JSON.stringify(CONFIG)), () => Promise.resolve(undefined)),
    ).rejects.toThrow(/tokenizer\.json/);
    await expect(open({ 'tokenizer.json': '{"model": 3}' })).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('TextWriter', () => {
  const vocabulary = readVocabulary(tokenizer(true), 'tokenizer.json');
  const write = (tokens: readonly number[], texts: readonly string[] = []) => {
    const writer = new TextWriter(vocabulary, { tokens: new Set([21]), texts });
    const ended = tokens.map((token) => writer.push(token));
    return { ended, text: writer.end() };
  };

  it('joins the bytes of a character', () => {
    expect(write([10, 4, 5, 6, 7])).toMatchObject({ text: 'ab\u{1F600}' });
    expect(write([10, 4, 5])).toMatchObject({ text: 'ab\uFFFD' });
  });

  it('ends at its tokens, and leaves out what only steers', () => {
    expect(write([2, 20, 2, 21])).toEqual({ ended: [false, false, false, true], text: 'cc' });
  });

  it('ends at the first of its texts, across tokens and within one', () => {
    expect(write([2, 0, 1, 2], ['abc', 'bc'])).toEqual({ ended: [false, false, false, true], text: 'c' });
    expect(write([2, 10], ['b'])).toEqual({ ended: [false, true], text: 'ca' });
    expect(write([2, 10], ['zz'])).toMatchObject({ text: 'cab' });
  });
});

describe('readVocabulary', () => {
  it('reads SentencePiece tokens, spaces and bytes', () => {
    const vocabulary = readVocabulary(
      JSON.stringify({
        model: {
          vocab: [
            ['<unk>', 0],
            ['\u2581the', -1],
            ['<0xF0>', -2],
          ],
        },
      }),
      'x',
    );
    expect([1, 2, 9].map((id) => vocabulary.text(id))).toEqual([' the', '\uFFFD', '']);
    expect([...vocabulary.bytes(2)]).toEqual([0xf0]);
    expect(vocabulary.find('<unk>')).toBe(0);
  });
});

describe('readConversation', () => {
  it("follows WebLLM's rules for system, roles and separators", () => {
    const render = readConversation(
      JSON.stringify({
        conv_template: {
          system_template: '[{system_message}]',
          system_message: 'be kind',
          roles: { user: 'U', assistant: 'A' },
          role_templates: { user: '<{user_message}{function_string}>' },
          add_role_after_system_message: false,
          seps: ['|', '||'],
        },
      }),
      'x',
    );
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
    ] as const;
    expect(render?.({ kind: 'chat', messages })).toBe('[be kind]<one>|A: two||U: <three>|A: ');
    const told = [{ role: 'system', content: 'be $& brief' }, ...messages.slice(0, 1)] as const;
    expect(render?.({ kind: 'chat', messages: told })).toBe('[be $& brief]<one>|A: ');
  });

  it('has nothing to say where the file has none', () => {
    expect(readConversation('{}', 'x')).toBeUndefined();
    expect(readConversation('{"conv_template": "llama-3"}', 'x')).toBeUndefined();
  });
});
