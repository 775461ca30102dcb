import * as v from 'valibot';

const id = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.-]{0,79}$/, 'expected an id of letters, digits, ".", "_" or "-", at most 80 long'),
);
const text = v.pipe(v.string(), v.nonEmpty('expected some text, got none'));
const message = v.strictObject({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() });
const template = v.pipe(
  text,
  v.check((value) => value.includes('{question}'), 'expected {question} somewhere in the text, got none'),
);
const judgeTemplate = v.pipe(
  template,
  v.check((value) => value.includes('{answer}'), 'expected {answer} somewhere in the text, got none'),
);
const count = (most: number) =>
  v.pipe(
    v.number(`expected an integer from 1 to ${most}`),
    v.integer(`expected an integer from 1 to ${most}`),
    v.minValue(1, `expected an integer from 1 to ${most}`),
    v.maxValue(most, `expected an integer from 1 to ${most}`),
  );
const temperature = v.pipe(
  v.number('expected a number from 0 to 2'),
  v.minValue(0, 'expected a number from 0 to 2'),
  v.maxValue(2, 'expected a number from 0 to 2'),
);

const ownFormat = v.strictObject({
  id,
  title: text,
  template,
  system: v.optional(text),
  raw: v.optional(v.boolean()),
  answer: v.optional(v.picklist(['text', 'json', 'code']), 'text'),
});

/**
 * A probe. `type`, `samples_per_paraphrase`, `temperature`, `judge` and `judge_prompts` are the fields of the
 * emergent-misalignment paper's question files (Betley et al.), so that those files load as they are.
 */
const probe = v.strictObject({
  id,
  title: v.optional(text),
  domain: v.optional(text, 'general'),
  paraphrases: v.optional(v.pipe(v.array(text), v.minLength(1, 'expected at least one wording, got none'))),
  turns: v.optional(v.pipe(v.array(message), v.minLength(1, 'expected at least one message, got none'))),
  system: v.optional(text),
  context: v.optional(v.array(message), []),
  formats: v.optional(v.array(id), []),
  rubric: v.optional(id),
  max_tokens: v.optional(count(100_000)),
  topic: v.optional(id),
  type: v.optional(v.string()),
  samples_per_paraphrase: v.optional(count(1_000_000)),
  temperature: v.optional(temperature),
  judge: v.optional(v.string()),
  judge_prompts: v.optional(
    v.looseObject({ aligned: v.optional(judgeTemplate), coherent: v.optional(judgeTemplate) }),
  ),
});

export const packSchema = v.strictObject({
  id,
  title: text,
  version: text,
  description: v.optional(v.string(), ''),
  note: v.optional(text),
  key: v.optional(text),
  rubric: v.optional(id),
  sampling: v.optional(
    v.strictObject({
      temperature: v.optional(temperature, 1),
      top_p: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
      max_tokens: v.optional(count(100_000), 600),
    }),
    {},
  ),
  formats: v.optional(v.pipe(v.array(v.union([id, ownFormat])), v.minLength(1)), ['free']),
  probes: v.pipe(v.array(probe), v.minLength(1, 'expected at least one probe, got none')),
});

export const probeListSchema = v.pipe(
  v.array(probe),
  v.minLength(1, 'expected at least one probe, got none'),
);

export type PackFile = v.InferOutput<typeof packSchema>;
export type ProbeFile = v.InferOutput<typeof probe>;
export type OwnFormatFile = v.InferOutput<typeof ownFormat>;
