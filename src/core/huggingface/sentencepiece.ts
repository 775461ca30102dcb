import * as v from 'valibot';
import { shown, unsupported } from './refuse.ts';
import { flatten, type RawTokenizer, type Step } from './tokenizer-schema.ts';

const FILE = 'tokenizer.json';
/** How SentencePiece writes a space. */
const SPACE = '\u2581';

const replaceSpace = v.object({
  type: v.literal('Replace'),
  pattern: v.object({ String: v.literal(' ') }),
  content: v.literal(SPACE),
});
const prepend = v.object({ type: v.literal('Prepend'), prepend: v.literal(SPACE) });
const splitSpace = v.object({ type: v.literal('Split'), pattern: v.object({ String: v.literal(' ') }) });
const metaspace = v.object({
  type: v.literal('Metaspace'),
  replacement: v.literal(SPACE),
  add_prefix_space: v.optional(v.boolean(), true),
  prepend_scheme: v.optional(v.picklist(['always', 'first', 'never'])),
  split: v.literal(false),
});

/** Where a space is put in front of a text: of every stretch between special tokens, of the first alone, or nowhere. */
export type SpacePrefix = 'always' | 'first' | 'never';

/**
 * How a SentencePiece tokenizer writes spaces; throws `model-unsupported` for other steps. Known: the converter's older
 * `Prepend` and `Replace`, Gemma's `Replace` (its split at spaces finds none left), and the newer `Metaspace`.
 */
export function spacePrefixOf({ normalizer, pre_tokenizer }: RawTokenizer): SpacePrefix {
  const normalizers = flatten(normalizer, 'normalizers');
  const words = flatten(pre_tokenizer, 'pretokenizers');
  const replaced = normalizers.filter((step) => v.is(replaceSpace, step)).length;
  const prepended = normalizers.filter((step) => v.is(prepend, step)).length;
  if (replaced === 1 && normalizers.length === 1 + prepended && words.every((step) => v.is(splitSpace, step)))
    return prepended === 0 ? 'never' : 'always';
  if (normalizers.length === 0 && words.length === 1) return ofMetaspace(words[0]);
  throw unsupported(FILE, 'the steps of a SentencePiece tokenizer', shown([...normalizers, ...words]));
}

function ofMetaspace(step: Step | undefined): SpacePrefix {
  const parsed = v.safeParse(metaspace, step);
  if (!parsed.success) throw unsupported(FILE, 'Metaspace that does not split words', shown(step));
  return parsed.output.prepend_scheme ?? (parsed.output.add_prefix_space ? 'always' : 'never');
}

/**
 * Scores from which llama.cpp's SentencePiece tokenizer merges in the order of `merges`: less one for each token made before.
 *
 * It merges any two neighbours that make a token, best score first, where transformers goes by the list. The two agree where
 * no way to make a token is left out and all stand together in the list, as transformers' own converter writes it from a
 * SentencePiece model. Llama 2's runs of spaces have one score between them there, and their ways are mixed: they get one
 * score here too. Throws `model-unsupported` elsewhere.
 */
export function scoresOf(
  vocab: ReadonlyMap<string, number>,
  merges: readonly (readonly [string, string])[],
  isPlain: (token: string) => boolean,
): ReadonlyMap<string, number> {
  const made = new Map<string, { readonly first: number; readonly last: number; readonly ways: number }>();
  merges.forEach(([left, right], i) => {
    const before = made.get(left + right);
    made.set(left + right, { first: before?.first ?? i, last: i, ways: (before?.ways ?? 0) + 1 });
  });
  for (const token of vocab.keys()) {
    if (!isPlain(token)) continue;
    const [expected, got] = [countWays(token, vocab), made.get(token)?.ways ?? 0];
    if (expected !== got) throw notSentencePiece(`${got} of ${expected} for "${token}"`);
  }
  const scores = new Map<string, number>();
  let [score, end, above] = [1, -1, ''];
  for (const [token, { first, last }] of made) {
    if (first > end) score--;
    else if (!isRun(token) || !isRun(above)) throw notSentencePiece(`"${token}" and "${above}" mixed`);
    scores.set(token, score);
    above = token;
    end = Math.max(end, last);
  }
  return scores;
}

/** One character, again and again. */
function isRun(token: string): boolean {
  return new Set(token).size === 1;
}

function notSentencePiece(got: string): Error {
  return unsupported(FILE, 'merges of a SentencePiece vocabulary, all ways to make a token together', got);
}

function countWays(token: string, vocab: ReadonlyMap<string, number>): number {
  let count = 0;
  let at = 0;
  for (const character of token) {
    if (at > 0 && vocab.has(token.slice(0, at)) && vocab.has(token.slice(at))) count++;
    at += character.length;
  }
  return count;
}

/** Throws `model-unsupported` unless every byte has a token `<0x..>`, by which unknown characters are written. */
export function requireBytes(vocab: ReadonlyMap<string, number>): void {
  for (let byte = 0; byte < 256; byte++) {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    if (!vocab.has(name)) throw unsupported(FILE, `a token "${name}" for a byte`, 'none');
  }
}
