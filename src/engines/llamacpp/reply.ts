import * as v from 'valibot';

/** One token of a reply: with its raw log-probability, or after the sampler chain with a probability. */
const tokenSchema = v.object({ id: v.number(), logprob: v.nullish(v.number()), prob: v.nullish(v.number()) });
const entrySchema = v.object({
  ...tokenSchema.entries,
  top_logprobs: v.optional(v.array(tokenSchema)),
  top_probs: v.optional(v.array(tokenSchema)),
});
const choiceSchema = v.object({
  text: v.string(),
  finish_reason: v.nullable(v.string()),
  logprobs: v.nullish(v.object({ content: v.nullish(v.array(entrySchema)) })),
});
const usageSchema = v.object({ prompt_tokens: v.number(), completion_tokens: v.number() });

/** What llama-server's completion answers, as far as it is used here. */
export const replySchema = v.object({
  choices: v.pipe(v.array(choiceSchema), v.minLength(1)),
  usage: usageSchema,
  timings: v.object({ prompt_ms: v.number(), predicted_ms: v.number() }),
});
export const chunkSchema = v.object({
  choices: v.array(choiceSchema),
  usage: v.nullish(usageSchema),
  timings: v.nullish(
    v.object({
      prompt_n: v.number(),
      cache_n: v.optional(v.number(), 0),
      predicted_n: v.number(),
      prompt_ms: v.number(),
      predicted_ms: v.number(),
    }),
  ),
});

export type ReplyToken = v.InferOutput<typeof tokenSchema>;
export type ReplyEntry = v.InferOutput<typeof entrySchema>;

/** A completion in our own words. */
export interface Completion {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly tokens: number;
  /** By llama.cpp's clock; decoding without the first token, which comes with the prompt. */
  readonly promptMs: number;
  readonly decodeMs: number;
  readonly entries: readonly ReplyEntry[];
}

export function toCompletion(reply: unknown): Completion {
  const { choices, usage, timings } = v.parse(replySchema, reply);
  const [choice] = choices;
  return {
    text: choice?.text ?? '',
    finish: choice?.finish_reason === 'length' ? 'length' : 'stop',
    promptTokens: usage.prompt_tokens,
    tokens: usage.completion_tokens,
    promptMs: timings.prompt_ms,
    decodeMs: timings.predicted_ms,
    entries: choice?.logprobs?.content ?? [],
  };
}
