import { Tokenizer } from '@huggingface/tokenizers';
import type { GgufTokenizer } from '../../core/gguf/info.ts';

/** Types that llama.cpp looks for in a text before anything else: control and user-defined tokens. */
const SPECIAL = [3, 4];
const NORMAL = 1;

export type Encode = (text: string) => readonly number[];

/** How byte-level models split a text into words; the names are llama.cpp's (llama-vocab.cpp). */
const LLAMA3_WORDS =
  "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const QWEN2_WORDS = LLAMA3_WORDS.replace('\\p{N}{1,3}', '\\p{N}');
const byteLevel = (useRegex: boolean): object => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});
const words = (pattern: string): object => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    byteLevel(false),
  ],
});
const PRE_TOKENIZERS: ReadonlyMap<string, object> = new Map([
  ['gpt-2', byteLevel(true)],
  ['llama-bpe', words(LLAMA3_WORDS)],
  ['llama3', words(LLAMA3_WORDS)],
  ['qwen2', words(QWEN2_WORDS)],
  ['deepseek-r1-qwen', words(QWEN2_WORDS)],
  [
    'smollm',
    { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] },
  ],
]);

/**
 * The model's tokenizer from the arrays of its file, or undefined where the kind is unknown. wllama has none of its own; the
 * caller compares token counts with the engine's before trusting this one.
 */
export function createTokenizer(gguf: GgufTokenizer): Encode | undefined {
  const parts =
    gguf.model === 'gpt2'
      ? byteLevelParts(gguf)
      : gguf.model === 'llama'
        ? sentencePieceParts(gguf)
        : undefined;
  if (parts === undefined) return undefined;
  const added = gguf.tokens.flatMap((content, id) =>
    SPECIAL.includes(gguf.types[id] ?? NORMAL) ? [addedToken(id, content)] : [],
  );
  const tokenizer = new Tokenizer(
    { version: '1.0', added_tokens: added, post_processor: null, ...parts },
    {},
  );
  return (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids);
}

function addedToken(id: number, content: string): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function vocabOf({ tokens }: GgufTokenizer): Readonly<Record<string, number>> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

function byteLevelParts(gguf: GgufTokenizer): object | undefined {
  const words = PRE_TOKENIZERS.get(gguf.pre);
  if (words === undefined) return undefined;
  return {
    normalizer: null,
    pre_tokenizer: words,
    decoder: byteLevel(true),
    model: {
      type: 'BPE',
      vocab: vocabOf(gguf),
      // "a b" splits at its first space after the first character: a token may itself be a space.
      merges: gguf.merges.map((merge) => splitAt(merge, merge.indexOf(' ', 1))),
      ignore_merges: gguf.pre === 'llama-bpe' || gguf.pre === 'llama3',
    },
  };
}

function splitAt(text: string, at: number): readonly [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}

/** SentencePiece BPE as Hugging Face's converter writes it: merges rebuilt from the scores, unknown characters as bytes. */
function sentencePieceParts(gguf: GgufTokenizer): object | undefined {
  if (gguf.scores.length !== gguf.tokens.length) return undefined;
  const space = { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' };
  const prefix = gguf.addSpacePrefix === false ? [] : [{ type: 'Prepend', prepend: '\u2581' }];
  const unknown = gguf.types.indexOf(2);
  return {
    normalizer: { type: 'Sequence', normalizers: [...prefix, space] },
    pre_tokenizer: null,
    decoder: { type: 'ByteFallback' },
    model: {
      type: 'BPE',
      vocab: vocabOf(gguf),
      merges: mergesFromScores(gguf),
      unk_token: gguf.tokens[unknown] ?? '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
    },
  };
}

function mergesFromScores({ tokens, scores, types }: GgufTokenizer): (readonly [string, string])[] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: { pair: readonly [string, string]; score: number; order: number }[] = [];
  tokens.forEach((token, id) => {
    if ((types[id] ?? NORMAL) !== NORMAL) return;
    const characters = Array.from(token);
    for (let at = 1; at < characters.length; at++) {
      const left = characters.slice(0, at).join('');
      const right = characters.slice(at).join('');
      const order = ids.get(left);
      if (order !== undefined && ids.has(right))
        merges.push({ pair: [left, right], score: scores[id] ?? 0, order });
    }
  });
  return merges.sort((a, b) => b.score - a.score || a.order - b.order).map(({ pair }) => pair);
}
