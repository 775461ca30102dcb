import * as v from 'valibot';
import { invalid } from '../mlc/json.ts';

const FILE = 'tokenizer.json';

export const idSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));

/** A step of the pipeline: what it is, and its own settings, which are checked where they are understood. */
const step = v.looseObject({ type: v.string() });
const steps = v.nullish(step);
export type Step = v.InferOutput<typeof step>;

/** A sequence within a sequence is rare; no tokenizer goes deeper. */
const MAX_DEPTH = 8;

/** The pieces of a `Sequence`, in order; of anything else it alone; none for null. Throws AppError `invalid-file`. */
export function flatten(given: Step | null | undefined, key: string, depth = MAX_DEPTH): readonly Step[] {
  if (given === null || given === undefined) return [];
  if (given.type !== 'Sequence') return [given];
  const parsed = v.safeParse(v.array(step), given[key]);
  if (!parsed.success) throw invalid(FILE, `"${key}" of a Sequence: ${parsed.issues[0].message}`);
  if (depth === 0)
    throw invalid(FILE, `"${key}": expected at most ${MAX_DEPTH} sequences within one another, got more`);
  return parsed.output.flatMap((part) => flatten(part, key, depth - 1));
}

const addedToken = v.object({
  id: idSchema,
  content: v.string(),
  special: v.optional(v.boolean(), false),
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
  single_word: v.optional(v.boolean(), false),
});
export type AddedToken = v.InferOutput<typeof addedToken>;

/** tokenizer.json, with a byte-pair encoding; merges are `"a b"`, since 2024 `["a", "b"]`. */
export const tokenizerSchema = v.object({
  added_tokens: v.nullish(v.array(addedToken), []),
  normalizer: steps,
  pre_tokenizer: steps,
  post_processor: steps,
  model: v.object({
    type: v.optional(v.string(), 'BPE'),
    vocab: v.unknown(),
    merges: v.optional(v.unknown()),
    byte_fallback: v.nullish(v.boolean()),
    ignore_merges: v.nullish(v.boolean()),
    unk_token: v.nullish(v.string()),
    continuing_subword_prefix: v.nullish(v.string()),
    end_of_word_suffix: v.nullish(v.string()),
  }),
});
export type RawTokenizer = v.InferOutput<typeof tokenizerSchema>;

export const mergesSchema = v.array(v.union([v.string(), v.tuple([v.string(), v.string()])]));

/** A special token as a text, or as the object that transformers writes. */
const special = v.nullish(
  v.union([
    v.string(),
    v.pipe(
      v.object({ content: v.string() }),
      v.transform((t) => t.content),
    ),
  ]),
);

const namedTemplate = v.object({ name: v.string(), template: v.string() });

export const tokenizerConfigSchema = v.object({
  bos_token: special,
  eos_token: special,
  add_bos_token: v.nullish(v.boolean()),
  chat_template: v.nullish(v.union([v.string(), v.array(namedTemplate)])),
});
export type TokenizerConfig = v.InferOutput<typeof tokenizerConfigSchema>;

/** special_tokens_map.json, which older folders have beside or instead. */
export const specialTokensSchema = v.object({ bos_token: special, eos_token: special });
