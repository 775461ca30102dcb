import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { invalid, readJson } from '../../../core/mlc/json.ts';

export interface Encoder {
  /** A plain text's tokens; names of special tokens in it become these tokens. */
  encode(text: string): readonly number[];
  /** What the tokenizer puts in front of a text, such as a begin-of-sequence token. */
  readonly lead: readonly number[];
}

/** Makes a tokenizer from `tokenizer.json` and what `tokenizer_config.json` holds; throws AppError `invalid-file`. */
export function createEncoder(source: string, config: object, file: string): Encoder {
  const json = readJson(source, v.looseObject({ model: v.looseObject({}) }), file);
  const tokenizer = create(json, config, file);
  const encode = (text: string, special: boolean): readonly number[] =>
    text === '' && !special ? [] : tokenizer.encode(text, { add_special_tokens: special }).ids;
  return {
    encode: (text) => encode(text, false),
    lead: leadOf(encode('a', true), encode('a', false)),
  };
}

function create(json: object, config: object, file: string): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(file, `expected a tokenizer of Hugging Face: ${reason}`, cause);
  }
}

function leadOf(whole: readonly number[], bare: readonly number[]): readonly number[] {
  const at = whole.findIndex((_, start) => bare.every((id, i) => whole[start + i] === id));
  return whole.slice(0, Math.max(0, at));
}
