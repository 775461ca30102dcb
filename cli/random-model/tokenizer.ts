import { AppError } from '../../src/core/errors.ts';

/** A byte-level BPE tokenizer and the special tokens that it ends with. */
export interface MadeTokenizer {
  /** Text of tokenizer.json. */
  readonly json: string;
  /** Text of tokenizer_config.json. */
  readonly config: string;
  readonly template: string;
  readonly endOfText: number;
  readonly endOfTurn: number;
  readonly startOfTurn: number;
}

const END_OF_TEXT = '<|endoftext|>';
const START = '<|im_start|>';
const END = '<|im_end|>';
const SPECIAL = [END_OF_TEXT, START, END];

/** Where Qwen's published tokenizers have their first special token; the library's stop tokens are named after these. */
const QWEN_SPECIAL = 151_643;

const TEMPLATE = `{%- for message in messages -%}
{{- '${START}' + message.role + '\\n' + message.content + '${END}\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '${START}assistant\\n' -}}{%- endif -%}`;

/** The letters that stand for bytes in byte-level BPE: printable ones for themselves, the others from U+0100 on. */
function byteLetters(): readonly string[] {
  let spare = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    return String.fromCharCode(printable ? byte : spare++);
  });
}

/** A space, then the letters, the commonest of English first: what the made-up tokens are made of. Digits stay alone. */
const SPACE = 'Ġ';
const SMALL = Array.from('etaoinshrdlcumwfgypbvkjxqz');
const LETTERS = [SPACE, ...SMALL, ...SMALL.map((letter) => letter.toUpperCase())];
const MOST_TOKENS = 256 + LETTERS.length ** 2 + LETTERS.length ** 3 + SPECIAL.length;

/** Pairs, then triples of pairs and a letter: each a merge of two tokens that stand before it. */
function* merges(): Generator<readonly [string, string]> {
  for (const first of LETTERS) for (const second of LETTERS) yield [first, second];
  for (const first of LETTERS)
    for (const second of LETTERS) for (const third of LETTERS) yield [first + second, third];
}

function special(id: number, content: string) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** A tokenizer for a model of so many logits; it may know fewer tokens than that. Throws `model-unsupported` below 259. */
export function makeTokenizer(modelType: string, vocabulary: number): MadeTokenizer {
  const qwen = modelType.startsWith('qwen') && vocabulary >= QWEN_SPECIAL + SPECIAL.length;
  const size = qwen ? QWEN_SPECIAL + SPECIAL.length : Math.min(vocabulary, MOST_TOKENS);
  const wanted = size - 256 - SPECIAL.length;
  if (wanted < 0) {
    throw new AppError(
      'model-unsupported',
      `expected a vocabulary of at least ${256 + SPECIAL.length} tokens, got ${vocabulary}`,
    );
  }
  const tokens = [...byteLetters()];
  const made: string[][] = [];
  for (const [left, right] of merges()) {
    if (made.length === wanted) break;
    made.push([left, right]);
    tokens.push(left + right);
  }
  const first = size - SPECIAL.length;
  const added = SPECIAL.map((content, at) => special(first + at, content));
  const vocab = Object.fromEntries([
    ...tokens.map((token, id) => [token, id] as const),
    ...added.map(({ content, id }) => [content, id] as const),
  ]);
  return {
    json: tokenizerJson(vocab, made, added),
    config: configJson(),
    template: TEMPLATE,
    endOfText: first,
    startOfTurn: first + 1,
    endOfTurn: first + 2,
  };
}

function tokenizerJson(vocab: object, merges: readonly string[][], added: readonly object[]): string {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: merges.map((pair) => pair.join(' ')),
    },
  });
}

function configJson(): string {
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    add_bos_token: false,
    bos_token: null,
    eos_token: END,
    pad_token: END_OF_TEXT,
    unk_token: null,
    additional_special_tokens: [START, END],
    chat_template: TEMPLATE,
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}
