import * as v from 'valibot';
import { AppError } from '../errors.ts';
import { readJson } from '../mlc/json.ts';

const FILE = 'adapter_config.json';

const positive = v.pipe(
  v.number(),
  v.finite(),
  v.check((value) => value > 0, 'expected a number above 0'),
);
const rank = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536));
const schema = v.looseObject({
  peft_type: v.string(),
  base_model_name_or_path: v.nullish(v.string()),
  r: v.optional(rank),
  lora_alpha: v.optional(positive),
  bias: v.optional(v.string(), 'none'),
  use_rslora: v.optional(v.boolean(), false),
  fan_in_fan_out: v.optional(v.boolean(), false),
  rank_pattern: v.nullish(v.record(v.string(), rank)),
  alpha_pattern: v.nullish(v.record(v.string(), positive)),
  init_lora_weights: v.optional(v.unknown()),
});
type Raw = v.InferOutput<typeof schema>;

/** Ends of layer names, each with its own value; the first that fits counts. */
export type Pattern = readonly (readonly [ending: string, value: number])[];

/** What PEFT's adapter_config.json says of a LoRA adapter. */
export interface PeftConfig {
  readonly rank: number;
  readonly alpha: number;
  /** Rank-stabilised: B A counts alpha / sqrt(rank) times instead of alpha / rank times. */
  readonly rankStabilised: boolean;
  readonly ranks: Pattern;
  readonly alphas: Pattern;
  /** What it calls its base; a name only. */
  readonly baseName?: string;
}

/** Ways to start that change the base itself, so that W + B A on the plain base is another model. */
const CHANGES_BASE = /^(pissa|olora|corda|loftq)/i;
/** Parts of PEFT that add to W + B A, each absent, false or empty in a plain adapter. */
const EXTRAS = [
  'modules_to_save',
  'lora_bias',
  'layer_replication',
  'trainable_token_indices',
  'alora_invocation_tokens',
  'target_parameters',
] as const;

/**
 * Reads adapter_config.json; throws `invalid-file`, or `model-unsupported` naming what would change the result if it were
 * ignored (PEFT's LoraConfig: DoRA, biases, saved modules, ...).
 */
export function parseAdapterConfig(text: string): PeftConfig {
  const raw = readJson(text, schema, FILE);
  if (raw.peft_type !== 'LORA') throw unsupported('"peft_type" LORA', raw.peft_type);
  refuseExtras(raw);
  if (raw.r === undefined || raw.lora_alpha === undefined)
    throw new AppError(
      'invalid-file',
      `${FILE}: expected "r" and "lora_alpha", got no "${raw.r === undefined ? 'r' : 'lora_alpha'}"`,
    );
  const base = raw.base_model_name_or_path;
  return {
    rank: raw.r,
    alpha: raw.lora_alpha,
    rankStabilised: raw.use_rslora,
    ranks: pattern('rank_pattern', raw.rank_pattern),
    alphas: pattern('alpha_pattern', raw.alpha_pattern),
    ...(base === null || base === undefined || base === '' ? {} : { baseName: base }),
  };
}

function refuseExtras(raw: Raw): void {
  for (const [key, value] of Object.entries(raw)) {
    // use_dora, use_qalora, ...: each another way to compute.
    if (key.startsWith('use_') && key !== 'use_rslora' && value === true)
      throw unsupported(`"${key}" false`, 'true');
  }
  for (const key of EXTRAS) {
    if (!isEmpty(raw[key])) throw unsupported(`no "${key}"`, JSON.stringify(raw[key]).slice(0, 80));
  }
  if (raw.bias !== 'none') throw unsupported('"bias" none', raw.bias);
  if (raw.fan_in_fan_out) throw unsupported('"fan_in_fan_out" false', 'true');
  const start = raw.init_lora_weights;
  if (typeof start === 'string' && CHANGES_BASE.test(start))
    throw unsupported('"init_lora_weights" that leave the base as it is', start);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * PEFT matches a key as a regular expression at the end of a layer's name. Names, with or without `^` in front and `\.` for
 * dots, are all that its own tools write.
 */
function pattern(what: string, given: Readonly<Record<string, number>> | null | undefined): Pattern {
  return Object.entries(given ?? {}).map(([key, value]) => {
    const name = key.replaceAll('\\.', '.');
    if (!/^\^?[\w.]+$/.test(name)) throw unsupported(`"${what}" of names of layers`, `"${key}"`);
    return [name, value];
  });
}

/** The value for the layer `model.layers.0.self_attn.q_proj`. */
export function valueFor(patterns: Pattern, layer: string, otherwise: number): number {
  const found = patterns.find(([ending]) =>
    ending.startsWith('^') ? layer === ending.slice(1) : layer === ending || layer.endsWith(`.${ending}`),
  );
  return found?.[1] ?? otherwise;
}

function unsupported(expected: string, got: string): AppError {
  return new AppError('model-unsupported', `${FILE}: expected ${expected}, got ${got}`, {
    place: { file: FILE },
  });
}
