import * as v from 'valibot';
import { invalid, readJson } from '../mlc/json.ts';
import { preTokenizerOf } from './pre-tokenizer.ts';
import { shown, unsupported } from './refuse.ts';
import { requireBytes, scoresOf, spacePrefixOf, type SpacePrefix } from './sentencepiece.ts';
import {
  idSchema,
  mergesSchema,
  tokenizerSchema,
  type AddedToken,
  type RawTokenizer,
} from './tokenizer-schema.ts';

const FILE = 'tokenizer.json';

/** llama.cpp's kinds of token (llama.h, `llama_token_type`). */
export const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The vocabulary of tokenizer.json as a GGUF file holds it. */
export interface HfVocabulary {
  /** `gpt2` is byte-level, `llama` is SentencePiece with byte fall-back. */
  readonly model: 'gpt2' | 'llama';
  readonly pre: string;
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  /** Of `llama` only. */
  readonly scores?: readonly number[];
  /** Of `gpt2` only, `"a b"`. */
  readonly merges?: readonly string[];
  readonly spacePrefix?: SpacePrefix;
  readonly unknown?: number;
  /** Special tokens swallow the spaces after them, which llama.cpp does for models called Phi-3 alone. */
  readonly stripsLikePhi3: boolean;
  /** Id of a token by its text, added or not. */
  readonly idOf: (text: string) => number | undefined;
  /** The first token that the tokenizer itself puts in front of a text. */
  readonly leading?: string;
}

/** The longest of public vocabularies, runs of spaces and signs, have some 130; the checks of a token take the square of it. */
const MAX_TOKEN_LETTERS = 1024;

interface Source {
  readonly raw: RawTokenizer;
  readonly vocab: ReadonlyMap<string, number>;
  readonly added: ReadonlyMap<string, AddedToken>;
  readonly merges: readonly (readonly [string, string])[];
}

/**
 * Reads tokenizer.json and fills up to `size` tokens, the rows of the embedding, with unused ones as llama.cpp's converter
 * does. Throws `invalid-file`, or `model-unsupported` for a tokenizer that llama.cpp would not follow.
 */
export function parseTokenizer(text: string, size: number): HfVocabulary {
  const source = read(text);
  const { raw, vocab, added } = source;
  const kind = raw.model.byte_fallback === true ? sentencePiece(source) : byteLevel(source);
  const names = namesOf(source, size);
  const types = names.map((name) =>
    name === undefined ? TOKEN_TYPES.unused : typeOf(name, source, kind.model),
  );
  const tokens = names.map((name, id) => (name === undefined ? `[PAD${id}]` : written(name, types[id])));
  const leading = leadingToken(raw);
  const { scores, ...rest } = kind;
  return {
    ...rest,
    tokens,
    types,
    ...(scores === undefined
      ? {}
      : { scores: names.map((name) => scores.get(name ?? '') ?? -(scores.size + 1)) }),
    stripsLikePhi3: stripsLikePhi3([...added.values()]),
    idOf: (name) => added.get(name)?.id ?? vocab.get(name),
    ...(leading === undefined ? {} : { leading }),
  };
}

function read(text: string): Source {
  const raw = readJson(text, tokenizerSchema, FILE);
  const { type, continuing_subword_prefix: prefix, end_of_word_suffix: suffix } = raw.model;
  if (type !== 'BPE') throw unsupported(FILE, 'a model of type BPE', shown(type));
  if ((prefix ?? '') !== '' || (suffix ?? '') !== '')
    throw unsupported(FILE, 'tokens without marks at their ends', shown([prefix, suffix]));
  const vocab = vocabOf(raw.model.vocab);
  const merges = checked(mergesSchema, raw.model.merges, 'model.merges').map(pairOf);
  return { raw, vocab, merges, added: new Map(raw.added_tokens.map((token) => [token.content, token])) };
}

/** Not a schema's record, which leaves out names of JavaScript's own such as "constructor": they are tokens here. */
function vocabOf(given: unknown): ReadonlyMap<string, number> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(FILE, `"model.vocab": expected tokens with their ids, got ${shown(given)}`);
  const entries: readonly [string, unknown][] = Object.entries(given);
  const long = entries.find(([token]) => token.length > MAX_TOKEN_LETTERS);
  if (long !== undefined)
    throw invalid(FILE, `expected tokens of at most ${MAX_TOKEN_LETTERS} letters, got ${long[0].length}`);
  return new Map(entries.map(([token, id]) => [token, checked(idSchema, id, `model.vocab.${token}`)]));
}

function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, name: string): T {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw invalid(FILE, `"${name}": ${parsed.issues[0].message}`);
}

/** A merge as a text splits at its only space. */
function pairOf(merge: string | readonly [string, string]): readonly [string, string] {
  if (typeof merge !== 'string') return merge;
  const at = merge.indexOf(' ');
  if (at < 1 || at !== merge.lastIndexOf(' '))
    throw invalid(FILE, `a merge: expected two tokens, got "${merge}"`);
  return [merge.slice(0, at), merge.slice(at + 1)];
}

type Kind = Pick<HfVocabulary, 'model' | 'pre' | 'merges' | 'spacePrefix' | 'unknown'> & {
  readonly scores?: ReadonlyMap<string, number>;
};

function byteLevel({ raw, merges }: Source): Kind {
  const spaced = merges.find((pair) => pair.some((part) => part.includes(' ')));
  if (spaced !== undefined) throw unsupported(FILE, 'byte-level merges, without spaces', shown(spaced));
  return { model: 'gpt2', pre: preTokenizerOf(raw), merges: merges.map((pair) => pair.join(' ')) };
}

function sentencePiece({ raw, vocab, merges, added }: Source): Kind {
  requireBytes(vocab);
  const unknown = vocab.get(raw.model.unk_token ?? '');
  if (unknown === undefined)
    throw unsupported(FILE, '"unk_token" in the vocabulary', shown(raw.model.unk_token));
  return {
    model: 'llama',
    pre: 'default',
    spacePrefix: spacePrefixOf(raw),
    unknown,
    scores: scoresOf(vocab, merges, (token) => !added.has(token) && vocab.get(token) !== unknown),
  };
}

/** Each id's text; undefined where no token has the id. */
function namesOf({ vocab, added }: Source, size: number): readonly (string | undefined)[] {
  const names = new Array<string | undefined>(size).fill(undefined);
  const entries = [...vocab, ...[...added].map(([name, { id }]) => [name, id] as const)];
  for (const [name, id] of entries) {
    if (id >= size) {
      throw invalid(FILE, `expected tokens below "vocab_size" ${size} of config.json, got ${id} ("${name}")`);
    }
    const before = names[id];
    if (before !== undefined && before !== name)
      throw invalid(FILE, `expected one token with id ${id}, got "${before}" and "${name}"`);
    names[id] = name;
  }
  return names;
}

/** Some models call tokens ordinary that are not; llama.cpp's converter takes these for control tokens too. */
const LOOKS_SPECIAL = /^(<\|.*\|>|<\uFF5C.*\uFF5C>|<unused.*>|<pad>|<mask>|<2mass>|\[@BOS@\])$/s;

function typeOf(name: string, { raw, added }: Source, model: 'gpt2' | 'llama'): number {
  if (model === 'llama' && name === raw.model.unk_token) return TOKEN_TYPES.unknown;
  const token = added.get(name);
  if (token !== undefined)
    return token.special || LOOKS_SPECIAL.test(name) ? TOKEN_TYPES.control : TOKEN_TYPES.userDefined;
  return model === 'llama' && /^<0x[0-9A-F]{2}>$/.test(name) ? TOKEN_TYPES.byte : TOKEN_TYPES.normal;
}

/** llama.cpp looks for a user-defined token in the text as it is typed, with spaces for U+2581. */
function written(name: string, type: number | undefined): string {
  return type === TOKEN_TYPES.userDefined ? name.replaceAll('\u2581', ' ') : name;
}

/** The special tokens of Phi-3 that keep the spaces after them (llama-vocab.cpp). */
const PHI3_KEEPS = ['<unk>', '<s>', '<|endoftext|>'];

/**
 * Whether special tokens swallow the spaces after them as Phi-3's do. llama.cpp knows that way and the plain one; another
 * pattern is refused.
 */
function stripsLikePhi3(added: readonly AddedToken[]): boolean {
  const odd = added.find((token) => token.lstrip || token.single_word);
  if (odd !== undefined) throw unsupported(FILE, 'added tokens that stand anywhere', shown(odd));
  if (!added.some(({ rstrip }) => rstrip)) return false;
  const names = new Set(added.map(({ content }) => content));
  const missing = [...PHI3_KEEPS, '</s>'].filter((name) => !names.has(name));
  const other = added.find(({ content, rstrip }) => rstrip === PHI3_KEEPS.includes(content));
  if (missing.length > 0 || other !== undefined) {
    const got = other === undefined ? `no ${missing.join(', ')}` : shown(other);
    throw unsupported(FILE, 'tokens that swallow spaces as those of Phi-3 do', got);
  }
  return true;
}

const template = v.object({
  single: v.array(v.looseObject({ SpecialToken: v.optional(v.object({ id: v.string() })) })),
});

function leadingToken({ post_processor }: RawTokenizer): string | undefined {
  const list = post_processor?.type === 'Sequence' ? post_processor['processors'] : [post_processor];
  for (const step of Array.isArray(list) ? list : []) {
    const parsed = v.safeParse(template, step);
    if (parsed.success) return parsed.output.single[0]?.SpecialToken?.id;
  }
  return undefined;
}
