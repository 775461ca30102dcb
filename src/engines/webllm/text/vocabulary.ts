import * as v from 'valibot';
import { readJson } from '../../../core/mlc/json.ts';

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 24));
const part = v.object({ type: v.string() });

const tokenizerSchema = v.object({
  added_tokens: v.optional(
    v.array(v.object({ id, content: v.string(), special: v.optional(v.boolean(), false) })),
    [],
  ),
  decoder: v.nullish(v.looseObject({ type: v.string(), decoders: v.optional(v.array(part)) })),
  model: v.looseObject({
    vocab: v.union([v.record(v.string(), id), v.array(v.tuple([v.string(), v.number()]))]),
  }),
});

/** What a tokenizer's tokens stand for. */
export interface Vocabulary {
  /** One more than the highest number. */
  readonly size: number;
  /** For people: bytes that are no whole character show as U+FFFD; '' for a number without a token. */
  text(id: number): string;
  /** What the token adds to an answer: nothing, where it only steers the model. */
  bytes(id: number): Uint8Array;
  /** What the token stands for in a text, a steering token by its name. */
  literal(id: number): Uint8Array;
  find(token: string): number | undefined;
}

const NOTHING = new Uint8Array();

/** Reads `tokenizer.json`; throws AppError `invalid-file`. */
export function readVocabulary(source: string, file: string): Vocabulary {
  const { added_tokens: added, decoder, model } = readJson(source, tokenizerSchema, file);
  const kinds = [decoder?.type, ...(decoder?.decoders ?? []).map(({ type }) => type)];
  const bytesOf = kinds.includes('ByteLevel') ? byteLevel() : spaced;
  const ids = new Map(
    Array.isArray(model.vocab) ? model.vocab.map(([token], at) => [token, at]) : Object.entries(model.vocab),
  );
  const literals: Uint8Array[] = [];
  for (const [token, at] of ids) literals[at] = bytesOf(token);
  const silent = new Set<number>();
  const encoder = new TextEncoder();
  for (const { id: at, content, special } of added) {
    literals[at] = encoder.encode(content);
    ids.set(content, at);
    if (special) silent.add(at);
  }
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const literal = (at: number): Uint8Array => literals[at] ?? NOTHING;
  return {
    size: literals.length,
    text: (at) => lenient.decode(literal(at)),
    bytes: (at) => (silent.has(at) ? NOTHING : literal(at)),
    literal,
    find: (token) => ids.get(token),
  };
}

/** SentencePiece writes a space as U+2581, and a byte that no token holds as `<0x0A>`. */
function spaced(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return new TextEncoder().encode(token.replaceAll('\u2581', ' '));
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
