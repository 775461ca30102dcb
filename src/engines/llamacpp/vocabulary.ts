import type { GgufTokenizer } from '../../core/gguf/info.ts';
import { byteLevel, spaced } from '../shared/token-bytes.ts';

/** Token types of llama.cpp. */
const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/** What the tokens of a model stand for. */
export interface Vocabulary {
  readonly size: number;
  /** For people: bytes that are no whole character show as U+FFFD. */
  text(id: number): string;
  /** True where the token's bytes alone are no valid UTF-8, e.g. half an emoji. */
  isPartial(id: number): boolean;
  readonly partial: readonly number[];
  /** An ordinary token that is whole characters; the first one. */
  readonly plain: number;
}

export function createVocabulary({ model, tokens, types }: GgufTokenizer): Vocabulary {
  const bytesOf = model === 'gpt2' ? byteLevel() : spaced;
  const encoder = new TextEncoder();
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const texts: string[] = [];
  const partial = new Set<number>();
  tokens.forEach((token, id) => {
    const type = types[id];
    const literal = type === CONTROL || type === USER_DEFINED;
    const bytes = literal ? encoder.encode(token) : type === BYTE ? byteToken(token) : bytesOf(token);
    try {
      texts.push(strict.decode(bytes));
    } catch {
      partial.add(id);
      texts.push(lenient.decode(bytes));
    }
  });
  return {
    size: tokens.length,
    text: (id) => texts[id] ?? '',
    isPartial: (id) => partial.has(id),
    partial: [...partial],
    plain: tokens.findIndex(
      (_, id) => !partial.has(id) && (types[id] ?? NORMAL) === NORMAL && texts[id]?.trim() !== '',
    ),
  };
}

/** `<0x0A>` */
function byteToken(token: string): Uint8Array {
  return Uint8Array.of(Number.parseInt(token.slice(3, 5), 16));
}
