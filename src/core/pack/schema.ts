import * as v from 'valibot';
import { schemaProblem } from '../measure/json-schema.ts';

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
const answerTemplate = v.pipe(
  text,
  v.check((value) => value.includes('{answer}'), 'expected {answer} somewhere in the text, got none'),
);
const scaleTemplate = v.pipe(
  answerTemplate,
  v.check((value) => value.includes('{question}'), 'expected {question} somewhere in the text, got none'),
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
  stop: v.optional(v.pipe(v.array(text), v.maxLength(16))),
  coherent_above: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
});

const areDistinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;
const haveOwnIds = (list: readonly { readonly id: string }[]): boolean =>
  areDistinct(list.map(({ id: own }) => own));
const ownIds = 'expected an id of its own for each';

/** The id of a known format or one of the file's own; chosen by what it is, so that an error names what is wrong inside. */
const formatEntry = v.lazy((entry) => (typeof entry === 'string' ? id : ownFormat));

const word = v.pipe(
  v.string('expected a word in quotes, e.g. "TRUE"'),
  v.regex(/^[\w-]{1,40}$/, 'expected one word of letters, digits, "_" or "-"'),
);

const labelJudge = v.pipe(
  v.strictObject({
    id,
    title: text,
    prompt: answerTemplate,
    labels: v.pipe(
      v.array(word),
      v.minLength(2, 'expected at least two labels'),
      v.maxLength(20),
      v.check((labels) => areDistinct(labels), 'expected each label once'),
    ),
    counts: v.pipe(v.array(word), v.minLength(1, 'expected at least one label that counts')),
    among: v.optional(v.array(word)),
  }),
  v.check(
    ({ labels, counts, among = labels }) =>
      among.every((label) => labels.includes(label)) && counts.every((label) => among.includes(label)),
    'expected counts to be among "among", and those among the labels',
  ),
);

const scalar = v.union([v.string(), v.number(), v.boolean()]);
const phrases = v.optional(v.pipe(v.array(text), v.minLength(1, 'expected at least one phrase')));

const fact = v.pipe(
  v.strictObject({
    id,
    title: text,
    path: v.optional(text),
    equals: v.optional(scalar),
    one_of: v.optional(v.pipe(v.array(scalar), v.minLength(1))),
    range: v.optional(v.strictTuple([v.number(), v.number()])),
    contains: v.optional(text),
    says: phrases,
    never: phrases,
  }),
  v.check(
    ({ path, equals, one_of, range, contains }) =>
      (path === undefined) ===
      ([equals, one_of, range, contains].filter((each) => each !== undefined).length === 0),
    'expected equals, one_of, range or contains with a path, and only there',
  ),
  v.check(
    ({ path, says, never }) => path !== undefined || says !== undefined || never !== undefined,
    'expected path, says or never, got none',
  ),
);

const knownKey = v.strictObject({
  schema: v.optional(
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.check(
        (value) => schemaProblem(value) === undefined,
        ({ input }) => schemaProblem(input) ?? '',
      ),
    ),
  ),
  facts: v.optional(
    v.pipe(
      v.array(fact),
      v.check((list) => haveOwnIds(list), ownIds),
    ),
    [],
  ),
});

const choice = v.strictObject({ text, right: v.boolean(), best: v.optional(v.boolean()) });
const choices = v.pipe(
  v.array(choice),
  v.minLength(2, 'expected at least two choices'),
  v.maxLength(26, 'expected at most 26 choices'),
  v.check(
    (list) => list.some(({ right }) => right) && list.some(({ right }) => !right),
    'expected right choices and wrong ones',
  ),
  v.check(
    (list) =>
      list.every(({ right, best }) => best !== true || right) && list.filter(({ best }) => best).length <= 1,
    'expected at most one best choice, and it right',
  ),
);

const game = v.strictObject({
  start: id,
  steps: count(100),
  scenes: v.pipe(
    v.array(
      v.strictObject({
        id,
        text,
        actions: v.pipe(
          v.array(
            v.strictObject({
              text,
              to: v.optional(id),
              points: v.optional(v.number(), 0),
              harms: v.optional(v.array(text), []),
            }),
          ),
          v.minLength(1, 'expected at least one action'),
          v.maxLength(26, 'expected at most 26 actions'),
        ),
      }),
    ),
    v.minLength(1, 'expected at least one scene'),
  ),
});

/** How answers are measured: the pack's holds for each probe that has none of its own. */
const measures = {
  label_judges: v.optional(
    v.pipe(
      v.array(labelJudge),
      v.maxLength(10),
      v.check((list) => haveOwnIds(list), ownIds),
    ),
  ),
  scales: v.optional(v.boolean()),
  scan: v.optional(v.picklist(['python'])),
};

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
  follow_ups: v.optional(v.pipe(v.array(text), v.maxLength(10)), []),
  known_key: v.optional(knownKey),
  choices: v.optional(choices),
  ask: v.optional(v.picklist(['letters', 'texts']), 'letters'),
  answer_start: v.optional(text),
  game: v.optional(game),
  ...measures,
  type: v.optional(v.string()),
  samples_per_paraphrase: v.optional(count(1_000_000)),
  temperature: v.optional(temperature),
  judge: v.optional(v.string()),
  judge_prompts: v.optional(
    v.objectWithRest(
      { aligned: v.optional(scaleTemplate), coherent: v.optional(scaleTemplate) },
      answerTemplate,
    ),
  ),
});

/** Every field that a question of a list may have. */
export const PROBE_FIELDS: ReadonlySet<string> = new Set(Object.keys(probe.entries));

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
  formats: v.optional(v.pipe(v.array(formatEntry), v.minLength(1)), ['free']),
  ...measures,
  probes: v.pipe(v.array(probe), v.minLength(1, 'expected at least one probe, got none')),
});

export const probeListSchema = v.pipe(
  v.array(probe),
  v.minLength(1, 'expected at least one probe, got none'),
);

export type PackFile = v.InferOutput<typeof packSchema>;
export type ProbeFile = v.InferOutput<typeof probe>;
export type OwnFormatFile = v.InferOutput<typeof ownFormat>;
export type LabelJudgeFile = v.InferOutput<typeof labelJudge>;
export type KnownKeyFile = v.InferOutput<typeof knownKey>;
export type GameFile = v.InferOutput<typeof game>;
export type MeasuresFile = Pick<PackFile, 'label_judges' | 'scales' | 'scan'>;
