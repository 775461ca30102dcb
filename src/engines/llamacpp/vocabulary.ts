import type { GgufTokenizer } from '../../core/gguf/info.ts';

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

/** SentencePiece writes a space as U+2581. */
function spaced(token: string): Uint8Array {
  return new TextEncoder().encode(token.replaceAll('\u2581', ' '));
}

/** `<0x0A>` */
function byteToken(token: string): Uint8Array {
  return Uint8Array.of(Number.parseInt(token.slice(3, 5), 16));
}

/** GPT-2's byte-level BPE writes each byte as one printable character (bytes_to_unicode in its encoder.py). */
function byteLevel(): (token: string) => Uint8Array {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const bytes = new Map<string, number>();
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    bytes.set(String.fromCodePoint(printable(byte) ? byte : 256 + moved++), byte);
  }
  return (token) => Uint8Array.from(Array.from(token), (character) => bytes.get(character) ?? 0x3f);
}
