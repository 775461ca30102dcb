import * as v from 'valibot';
import { readJson } from './json.ts';
import { isInside } from './weights.ts';

export const CONFIG_FILE = 'mlc-chat-config.json';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const length = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const text = v.pipe(v.string(), v.maxLength(1024 * 1024));
const ids = v.pipe(v.array(whole), v.maxLength(1000));
const someIds = v.union([ids, whole]);

const conversation = v.object({
  system_template: v.optional(text),
  system_message: v.optional(text),
  roles: v.optional(v.record(v.string(), text)),
  seps: v.optional(v.array(text)),
  stop_str: v.optional(v.union([text, v.array(text)])),
  stop_token_ids: v.optional(ids),
});

const configSchema = v.object({
  model_type: v.optional(text),
  quantization: v.optional(text),
  vocab_size: length,
  context_window_size: v.optional(v.union([v.literal(-1), length])),
  tokenizer_files: v.pipe(v.array(text), v.minLength(1), v.maxLength(100)),
  conv_template: v.optional(v.union([text, conversation])),
  bos_token_id: v.optional(v.nullable(someIds)),
  eos_token_id: v.optional(v.nullable(someIds)),
  pad_token_id: v.optional(v.nullable(whole)),
  model_config: v.optional(v.record(v.string(), v.unknown())),
});

/** The part of `mlc-chat-config.json` that Assay goes by. Its conversation template is WebLLM's own; Assay renders the model's Jinja. */
export interface MlcConfig {
  readonly modelType?: string;
  readonly quantization?: string;
  /** Width of the logits; a tokenizer may know fewer tokens. */
  readonly vocabulary: number;
  /** Tokens; absent where there is no limit or none is told. */
  readonly contextTokens?: number;
  readonly tokenizerFiles: readonly string[];
  /** Tokens that begin a text. */
  readonly bos: readonly number[];
  /** Tokens that end an answer: those of the model and those of the conversation template, ascending. */
  readonly stopTokens: readonly number[];
  /** Texts that end an answer in the conversation template. */
  readonly stopTexts: readonly string[];
  /** What the model was compiled from, as the architecture's own config.json has it; unchecked. */
  readonly model: Readonly<Record<string, unknown>>;
}

const UNSAFE_NAMES = 'expected tokenizer_files to name files of the model folder';

function hasSafeNames(config: v.InferOutput<typeof configSchema>): boolean {
  return config.tokenizer_files.every(isInside);
}

function list(value: number | readonly number[] | null | undefined): readonly number[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'number' ? [value] : value;
}

/** Reads `mlc-chat-config.json`; throws AppError `invalid-file`. */
export function readMlcConfig(source: string, file: string = CONFIG_FILE): MlcConfig {
  const raw = readJson(source, v.pipe(configSchema, v.check(hasSafeNames, UNSAFE_NAMES)), file);
  const template = typeof raw.conv_template === 'object' ? raw.conv_template : {};
  const context = raw.context_window_size;
  const stops = [...list(raw.eos_token_id), ...(template.stop_token_ids ?? [])];
  return {
    ...(raw.model_type === undefined ? {} : { modelType: raw.model_type }),
    ...(raw.quantization === undefined ? {} : { quantization: raw.quantization }),
    vocabulary: raw.vocab_size,
    ...(context === undefined || context === -1 ? {} : { contextTokens: context }),
    tokenizerFiles: raw.tokenizer_files,
    bos: list(raw.bos_token_id),
    stopTokens: [...new Set(stops)].sort((a, b) => a - b),
    stopTexts: typeof template.stop_str === 'string' ? [template.stop_str] : (template.stop_str ?? []),
    model: raw.model_config ?? {},
  };
}
