import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { TOKEN_TYPES, parseTokenizer, type HfVocabulary } from './tokenizer.ts';

const { normal, unknown, control, userDefined, unused, byte } = TOKEN_TYPES;

const CL100K =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const TEKKEN =
  '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

const bytes = (useRegex: boolean, prefix = false): object => ({
  type: 'ByteLevel',
  add_prefix_space: prefix,
  trim_offsets: true,
  use_regex: useRegex,
});
const sequence = (...pretokenizers: readonly object[]): object => ({ type: 'Sequence', pretokenizers });
const split = (Regex: string, behavior = 'Isolated', invert = false): object => ({
  type: 'Split',
  pattern: { Regex },
  behavior,
  invert,
});
const added = (id: number, content: string, rest: object = { special: true }): object => ({
  id,
  content,
  ...rest,
});

function byteLevel(changes: object = {}, model: object = {}): string {
  return JSON.stringify({
    added_tokens: [added(5, '<|end|>')],
    normalizer: null,
    pre_tokenizer: bytes(true),
    post_processor: bytes(true),
    model: {
      type: 'BPE',
      vocab: { a: 0, b: 1, Ġ: 2, ab: 3, constructor: 4 },
      merges: ['a b', 'Ġ a'],
      ...model,
    },
    ...changes,
  });
}

const SPACE = '\u2581';
const REPLACE = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
const PREPEND = { type: 'Prepend', prepend: SPACE };
const BYTES = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
/** Ids: <unk> 0, <s> 1, bytes 2 to 257, then these. */
const PIECES = ['ab', `${SPACE}ab`, SPACE, 'a', 'b'];
const MERGES = ['a b', `${SPACE} ab`];

function vocabOf(pieces: readonly string[]): Record<string, number> {
  return Object.fromEntries(['<unk>', '<s>', ...BYTES, ...pieces].map((token, id) => [token, id]));
}

function sentencePiece(changes: object = {}, model: object = {}): string {
  const vocab = vocabOf(PIECES);
  return JSON.stringify({
    added_tokens: [added(0, '<unk>'), added(1, '<s>')],
    normalizer: { type: 'Sequence', normalizers: [PREPEND, REPLACE] },
    pre_tokenizer: null,
    post_processor: null,
    model: { type: 'BPE', vocab, merges: MERGES, byte_fallback: true, unk_token: '<unk>', ...model },
    ...changes,
  });
}

function refusal(text: string, size = 300): string {
  try {
    parseTokenizer(text, size);
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('expected a refusal');
}

describe('byte-level vocabularies', () => {
  it('are written token by token, filled up with unused ones', () => {
    const read = parseTokenizer(byteLevel(), 8);
    expect(read).toMatchObject({
      model: 'gpt2',
      pre: 'gpt-2',
      tokens: ['a', 'b', 'Ġ', 'ab', 'constructor', '<|end|>', '[PAD6]', '[PAD7]'],
      types: [normal, normal, normal, normal, normal, control, unused, unused],
      merges: ['a b', 'Ġ a'],
      stripsLikePhi3: false,
    });
    expect(read).not.toHaveProperty('scores');
    expect(['ab', '<|end|>', 'c'].map(read.idOf)).toEqual([3, 5, undefined]);
  });

  it.each([
    ['llama-bpe', sequence(split(CL100K), bytes(false)), true],
    ['llama-bpe', sequence(split(CL100K, 'Removed', true), bytes(false)), true],
    ['smaug-bpe', sequence(split(CL100K), bytes(false)), false],
    ['qwen2', sequence(split(CL100K.replace('{1,3}', '')), bytes(false)), false],
    ['qwen2', sequence(split(CL100K.replace('{1,3}', '').replaceAll('\\r\\n', '\r\n')), bytes(false)), false],
    ['tekken', sequence(split(TEKKEN), bytes(false)), true],
    ['smollm', sequence({ type: 'Digits', individual_digits: true }, bytes(true)), false],
    ['gpt-2', bytes(true), false],
  ])('are known to split words as %s', (pre, pre_tokenizer, ignore_merges) => {
    expect(parseTokenizer(byteLevel({ pre_tokenizer }, { ignore_merges }), 8).pre).toBe(pre);
  });

  it('take merges as pairs', () => {
    expect(parseTokenizer(byteLevel({}, { merges: [['a', 'b']] }), 8).merges).toEqual(['a b']);
  });

  it('call tokens that look special control tokens', () => {
    const tokens = ['<|user|>', '<unused7>', '<pad>', '<tool_call>', 'x'];
    const added_tokens = tokens.map((content, i) => added(i + 5, content, { special: false }));
    expect(parseTokenizer(byteLevel({ added_tokens }), 10).types.slice(5)).toEqual([
      ...[control, control, control, userDefined, userDefined],
    ]);
  });

  it.each([
    [
      'an unknown pattern',
      { pre_tokenizer: sequence(split('\\w+'), bytes(false)) },
      {},
      'got \\w+ with ignore_merges',
    ],
    [
      'a known pattern with more steps',
      { pre_tokenizer: sequence(split(CL100K), bytes(true)) },
      {},
      'llama-bpe',
    ],
    ['a space in front', { pre_tokenizer: bytes(true, true) }, {}, '"add_prefix_space":true'],
    ['words taken whole where llama.cpp does not', {}, { ignore_merges: true }, 'ignore_merges true'],
    [
      'small letters',
      { normalizer: { type: 'Lowercase' } },
      {},
      'no normaliser but NFC, got [{"type":"Lowercase"}]',
    ],
    ['another model', {}, { type: 'Unigram' }, 'of type BPE, got "Unigram"'],
    ['marks at the ends of words', {}, { end_of_word_suffix: '</w>' }, '"</w>"'],
    [
      'tokens within words only',
      { added_tokens: [added(5, 'x', { single_word: true })] },
      {},
      '"single_word":true',
    ],
    [
      'tokens that swallow spaces',
      { added_tokens: [added(5, 'x', { rstrip: true })] },
      {},
      'as those of Phi-3 do',
    ],
  ])('are refused with %s', (_what, changes, model, message) => {
    const refused = refusal(byteLevel(changes, model));
    expect(refused).toMatch(/^model-unsupported: tokenizer\.json: expected /);
    expect(refused).toContain(message);
  });

  it.each([
    ['more tokens than the embedding has rows', byteLevel(), 5, 'below "vocab_size" 5'],
    ['two tokens with one id', byteLevel({ added_tokens: [added(3, 'x')] }), 8, 'one token with id 3'],
    ['an id that is none', byteLevel({}, { vocab: { a: -1 } }), 8, 'model.vocab.a'],
    ['no vocabulary', byteLevel({}, { vocab: undefined }), 8, 'model.vocab'],
    ['no merges', byteLevel({}, { merges: undefined }), 8, 'model.merges'],
    ['a merge of three', byteLevel({}, { merges: ['a b c'] }), 8, '"a b c"'],
    ['no JSON', '{"model"', 8, 'expected JSON'],
  ])('are refused as damaged with %s', (_what, text, size, message) => {
    const refused = refusal(text, size);
    expect(refused).toMatch(/^invalid-file: tokenizer\.json: /);
    expect(refused).toContain(message);
  });
});

describe('SentencePiece vocabularies', () => {
  it('get scores by the order of their merges, and types', () => {
    const read = parseTokenizer(sentencePiece(), 264);
    expect(read).toMatchObject({ model: 'llama', pre: 'default', unknown: 0, spacePrefix: 'always' });
    expect(read.tokens.slice(256)).toEqual(['<0xFE>', '<0xFF>', ...PIECES, '[PAD263]']);
    expect(read.types.slice(0, 3)).toEqual([unknown, control, byte]);
    expect(read.types.slice(257)).toEqual([byte, normal, normal, normal, normal, normal, unused]);
    // Made first, made second, and what no merge makes.
    expect(read.scores?.slice(258)).toEqual([0, -1, -3, -3, -3, -3]);
    expect(read).not.toHaveProperty('merges');
  });

  it('give runs of spaces, whose merges Llama 2 mixes, one score', () => {
    const run = (length: number): string => SPACE.repeat(length);
    const vocab = vocabOf(['ab', run(1), run(2), run(3), run(4), 'a', 'b']);
    const pairs = [
      [2, 2],
      [1, 1],
      [1, 2],
      [3, 1],
      [2, 1],
      [1, 3],
    ];
    const merges = ['a b', ...pairs.map(([left = 0, right = 0]) => `${run(left)} ${run(right)}`)];
    const { scores } = parseTokenizer(sentencePiece({}, { vocab, merges }), 265);
    expect(scores?.slice(258)).toEqual([0, -5, -1, -1, -1, -5, -5]);
  });

  it.each([
    ['always', { normalizer: { type: 'Sequence', normalizers: [PREPEND, REPLACE] } }],
    ['never', { normalizer: REPLACE }],
    [
      'never',
      {
        normalizer: REPLACE,
        pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious' },
      },
    ],
    ['first', metaspace({ prepend_scheme: 'first' })],
    ['always', metaspace({ prepend_scheme: 'always' })],
    ['never', metaspace({ add_prefix_space: false })],
  ] as const)('put a space in front: %s', (where, changes) => {
    expect(parseTokenizer(sentencePiece(changes), 300).spacePrefix).toBe(where);
  });

  it('write spaces in their own tokens as they are typed', () => {
    const added_tokens = [added(0, '<unk>'), added(263, `${SPACE}${SPACE}`, { special: false })];
    const read = parseTokenizer(sentencePiece({ added_tokens }), 264);
    expect(read.tokens[263]).toBe('  ');
    expect(read.types[263]).toBe(userDefined);
  });

  it("know Phi-3's tokens by the spaces that they swallow", () => {
    const keep = ['<unk>', '<s>', '<|endoftext|>'].map((name, i) => added([0, 1, 263][i] ?? 0, name));
    const swallow = [
      added(264, '</s>', { rstrip: true }),
      added(265, '<|end|>', { special: true, rstrip: true }),
    ];
    const read = (list: readonly object[]): HfVocabulary =>
      parseTokenizer(sentencePiece({ added_tokens: list }), 300);
    expect(read([...keep, ...swallow]).stripsLikePhi3).toBe(true);
    const other = sentencePiece({ added_tokens: [...keep, ...swallow, added(266, '<|user|>')] });
    expect(refusal(other)).toContain('"content":"<|user|>"');
  });

  it('say what stands in front of a text', () => {
    const post_processor = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    };
    expect(parseTokenizer(sentencePiece({ post_processor }), 300).leading).toBe('<s>');
    const nested = { type: 'Sequence', processors: [bytes(true), post_processor] };
    expect(parseTokenizer(sentencePiece({ post_processor: nested }), 300).leading).toBe('<s>');
    const plain = { ...post_processor, single: [{ Sequence: { id: 'A', type_id: 0 } }] };
    expect(parseTokenizer(sentencePiece({ post_processor: plain }), 300).leading).toBeUndefined();
  });

  const TWO_WAYS = ['a b', `${SPACE} a`, `${SPACE} ab`, 'b b', `${SPACE}a b`];
  const TWO_WAYS_VOCAB = vocabOf(['ab', `${SPACE}ab`, SPACE, 'a', 'b', `${SPACE}a`, 'bb']);
  const SPLIT = [`${SPACE}a b`, `${SPACE} ab`];
  it.each([
    ['a way to make a token that is no merge', {}, { merges: ['a b'] }, `0 of 1 for "${SPACE}ab"`],
    ['a merge that stands twice', {}, { merges: ['a b', `${SPACE} ab`, 'a b'] }, '2 of 1 for "ab"'],
    [
      'mixed ways to make tokens',
      {},
      { merges: TWO_WAYS, vocab: TWO_WAYS_VOCAB },
      `"bb" and "${SPACE}ab" mixed`,
    ],
    ['a merge of parts that are no tokens', {}, { merges: ['a b', ...SPLIT] }, `2 of 1 for "${SPACE}ab"`],
    ['no token for a byte', {}, { vocab: { '<unk>': 0, '<0x00>': 1 } }, 'a token "<0x01>" for a byte'],
    ['no unknown token', {}, { unk_token: null }, '"unk_token" in the vocabulary, got null'],
    [
      'words split before they are merged',
      metaspace({ split: true }),
      {},
      'Metaspace that does not split words',
    ],
    ['an unknown step', { normalizer: { type: 'NFKC' } }, {}, 'the steps of a SentencePiece tokenizer'],
  ])('are refused with %s', (_what, changes, model, message) => {
    const refused = refusal(sentencePiece(changes, model));
    expect(refused).toMatch(/^model-unsupported: tokenizer\.json: expected /);
    expect(refused).toContain(message);
  });
});

function metaspace(rest: object): object {
  return {
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: SPACE, split: false, ...rest },
  };
}
