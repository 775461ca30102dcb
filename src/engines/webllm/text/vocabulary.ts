import * as v from 'valibot';
import { readJson } from '../../../core/mlc/json.ts';
import { byteLevel, spaced } from '../../shared/token-bytes.ts';

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
  const bytesOf = kinds.includes('ByteLevel') ? byteLevel() : sentencePiece;
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

/** SentencePiece writes a byte that no token holds as `<0x0A>`. */
function sentencePiece(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return spaced(token);
}
