import { readJson } from '../mlc/json.ts';
import type { HfConfig } from './config.ts';
import { shown, unsupported } from './refuse.ts';
import { specialTokensSchema, type TokenizerConfig } from './tokenizer-schema.ts';
import type { HfVocabulary } from './tokenizer.ts';

/** The tokens that begin and end a text, by id. */
export interface SpecialTokens {
  /** Absent where the tokenizer has none. */
  readonly bos?: number;
  readonly eos: number;
  /** Other tokens that end an answer, at most two: llama.cpp's end of turn and end of message. */
  readonly alsoEnd: readonly number[];
  /** Whether a text gets the begin-of-sequence token in front of it. */
  readonly addBos: boolean;
}

export interface SpecialSources {
  readonly config: Pick<HfConfig, 'bos' | 'eos'>;
  readonly generation?: Pick<HfConfig, 'bos' | 'eos'>;
  readonly tokenizerConfig?: TokenizerConfig;
  /** Text of special_tokens_map.json. */
  readonly specialTokensMap?: string;
}

/**
 * Where the tokenizer's files name a token they decide, as they do in transformers; else the ids of the configuration do.
 * Throws `model-unsupported` where there is no end, or where a text begins with a token that is not the begin-of-sequence token.
 */
export function specialTokens(vocabulary: HfVocabulary, sources: SpecialSources): SpecialTokens {
  const { config, generation, tokenizerConfig } = sources;
  const map =
    sources.specialTokensMap === undefined
      ? undefined
      : readJson(sources.specialTokensMap, specialTokensSchema, 'special_tokens_map.json');
  const configured = [...(generation?.eos ?? []), ...config.eos];
  const bos = named(vocabulary, [tokenizerConfig?.bos_token, map?.bos_token], generation?.bos ?? config.bos);
  const eos = named(
    vocabulary,
    [tokenizerConfig?.eos_token ?? undefined, map?.eos_token ?? undefined],
    configured[0],
  );
  if (eos === undefined) throw unsupported('tokenizer_config.json', '"eos_token"', 'none');
  const alsoEnd = [...new Set(configured)].filter((id) => id !== eos);
  if (alsoEnd.length > 2)
    throw unsupported(
      'generation_config.json',
      'at most three tokens that end a text',
      shown([eos, ...alsoEnd]),
    );
  for (const id of [bos ?? 0, eos, ...alsoEnd]) {
    if (id >= vocabulary.tokens.length)
      throw unsupported('config.json', `special tokens below ${vocabulary.tokens.length}`, `${id}`);
  }
  return {
    ...(bos === undefined ? {} : { bos }),
    eos,
    alsoEnd,
    addBos: addBos(vocabulary, bos, tokenizerConfig?.add_bos_token ?? undefined),
  };
}

/** The first of `texts` that is given; null says that there is none, undefined says nothing. */
function named(
  vocabulary: HfVocabulary,
  texts: readonly (string | null | undefined)[],
  otherwise: number | undefined,
): number | undefined {
  const text = texts.find((given) => given !== undefined);
  if (text === undefined) return otherwise;
  if (text === null) return undefined;
  const id = vocabulary.idOf(text);
  if (id === undefined)
    throw unsupported('tokenizer_config.json', 'special tokens of the vocabulary', `"${text}"`);
  return id;
}

/** `add_bos_token` decides; without it what tokenizer.json's own post-processor puts in front. */
function addBos(
  { leading, idOf }: HfVocabulary,
  bos: number | undefined,
  asked: boolean | undefined,
): boolean {
  const adds = asked ?? leading !== undefined;
  if (!adds) return false;
  if (bos === undefined) throw unsupported('tokenizer_config.json', '"bos_token" to put in front', 'none');
  if (asked === undefined && leading !== undefined && idOf(leading) !== bos)
    throw unsupported('tokenizer.json', 'the begin-of-sequence token in front of a text', `"${leading}"`);
  return true;
}
