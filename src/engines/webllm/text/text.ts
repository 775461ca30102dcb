import * as v from 'valibot';
import type { Prompt } from '../../../core/engine.ts';
import { AppError } from '../../../core/errors.ts';
import { CONFIG_FILE, type MlcConfig } from '../../../core/mlc/config.ts';
import { readJson } from '../../../core/mlc/json.ts';
import { createRenderer, type Render } from '../../shared/chat.ts';
import { readConversation } from './conversation.ts';
import { createEncoder, type Encoder } from './tokenizer.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';
import type { Endings } from './writer.ts';

const TOKENIZER_FILE = 'tokenizer.json';
const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';
const TEMPLATE_FILE = 'chat_template.jinja';
const GENERATION_FILE = 'generation_config.json';

const named = v.nullish(v.union([v.string(), v.object({ content: v.string() })]));
const tokenizerConfigSchema = v.looseObject({
  bos_token: named,
  eos_token: named,
  chat_template: v.nullish(
    v.union([v.string(), v.array(v.object({ name: v.string(), template: v.string() }))]),
  ),
});
type TokenizerConfig = v.InferOutput<typeof tokenizerConfigSchema>;

const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const generationSchema = v.object({ eos_token_id: v.nullish(v.union([id, v.array(id)])) });

/** The text of one of the model's files; undefined where it has none of this name. */
export type ReadText = (name: string) => Promise<string | undefined>;

/** Between texts and tokens of one model. */
export interface ModelText {
  readonly vocabulary: Vocabulary;
  readonly endings: Endings;
  encode(text: string): readonly number[];
  /** The tokens of a prompt, with what the model expects in front. Throws `invalid-option` for an empty one. */
  prompt(prompt: Prompt): readonly number[];
  /** The tokens of a continuation as they stand after the prompt; throws `not-scorable`. */
  continuation(prompt: Prompt, text: string): readonly number[];
}

/** Reads what a model's folder says about texts. Rejects with `not-found` or `invalid-file`. */
export async function readModelText(config: MlcConfig, read: ReadText): Promise<ModelText> {
  const tokenizer = await read(TOKENIZER_FILE);
  if (tokenizer === undefined) {
    throw new AppError('not-found', `expected ${TOKENIZER_FILE} among the model's files, got none`);
  }
  const settings = await optional(read, TOKENIZER_CONFIG_FILE, tokenizerConfigSchema);
  const vocabulary = readVocabulary(tokenizer, TOKENIZER_FILE);
  const encoder = createEncoder(tokenizer, settings ?? {}, TOKENIZER_FILE);
  const render = await renderer(read, settings);
  const generation = await optional(read, GENERATION_FILE, generationSchema);
  const eos = [generation?.eos_token_id ?? []].flat();
  const named = [nameOf(settings?.eos_token), ...config.stopTexts].flatMap(
    (text) => vocabulary.find(text) ?? [],
  );
  const endings = { tokens: new Set([...config.stopTokens, ...eos, ...named]), texts: config.stopTexts };
  return createText({ vocabulary, encoder, render, endings });
}

async function optional<T>(
  read: ReadText,
  name: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const text = await read(name);
  return text === undefined ? undefined : readJson(text, schema, name);
}

function nameOf(token: TokenizerConfig['eos_token']): string {
  return typeof token === 'string' ? token : (token?.content ?? '');
}

/** The model's own Jinja template first; then MLC's conversation template; plain lines where there is neither. */
async function renderer(read: ReadText, settings: TokenizerConfig | undefined): Promise<Render> {
  const inline = settings?.chat_template;
  const own = typeof inline === 'string' ? inline : inline?.find(({ name }) => name === 'default')?.template;
  const template = (await read(TEMPLATE_FILE)) ?? own;
  const config = template === undefined ? await read(CONFIG_FILE) : undefined;
  const conversation = config === undefined ? undefined : readConversation(config, CONFIG_FILE);
  const tokens = { bos: nameOf(settings?.bos_token), eos: nameOf(settings?.eos_token) };
  return conversation ?? createRenderer(template, tokens);
}

interface Parts {
  readonly vocabulary: Vocabulary;
  readonly encoder: Encoder;
  readonly render: Render;
  readonly endings: Endings;
}

function createText({ vocabulary, encoder, render, endings }: Parts): ModelText {
  /** A template may have written the begin-of-sequence token already. */
  const withLead = (ids: readonly number[]): readonly number[] =>
    encoder.lead.every((lead, at) => ids[at] === lead) ? ids : [...encoder.lead, ...ids];
  const whole = (text: string): readonly number[] => {
    if (text === '') throw new AppError('invalid-option', '"prompt" expected a text, got an empty one');
    return withLead(encoder.encode(text));
  };
  return {
    vocabulary,
    endings,
    encode: (text) => encoder.encode(text),
    prompt: (prompt) => whole(render(prompt)),
    continuation: (prompt, text) => {
      const head = render(prompt);
      const before = whole(head);
      const joined = whole(head + text);
      const kept = before.every((token, at) => joined[at] === token);
      return checked(vocabulary, text, kept ? joined.slice(before.length) : encoder.encode(text));
    },
  };
}

/**
 * Where prompt and continuation together are split across their border, the continuation is split alone: the prompt's tokens are
 * what the model sees.
 */
function checked(vocabulary: Vocabulary, text: string, ids: readonly number[]): readonly number[] {
  const refuse = (why: string): AppError =>
    new AppError('not-scorable', `${JSON.stringify(text)} cannot be scored: ${why}`);
  if (text === '') throw refuse('expected a text, got an empty one');
  const bytes = ids.flatMap((token) => [...vocabulary.literal(token)]);
  const expected = new TextEncoder().encode(text);
  if (bytes.length !== expected.length || bytes.some((byte, at) => byte !== expected[at]))
    throw refuse('its tokens do not give back its text');
  return ids;
}
