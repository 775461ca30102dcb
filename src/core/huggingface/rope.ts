import * as v from 'valibot';
import type { RawConfig } from './config-schema.ts';
import { shown, unsupported } from './refuse.ts';

/**
 * How positions turn the heads (rotary embedding, Su et al. 2021) and how that is stretched to longer contexts.
 * `llama3`: Llama 3.1's bands (transformers, modeling_rope_utils.py, `_compute_llama3_parameters`). `longrope`: a divisor per
 * frequency (Ding et al. 2024), one list up to the original context and one beyond it.
 */
export type RopeScaling =
  | { readonly type: 'none' }
  | { readonly type: 'linear'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContext: number;
    }
  | {
      readonly type: 'longrope';
      readonly short: readonly number[];
      readonly long: readonly number[];
      readonly attentionFactor: number;
      readonly originalContext: number;
    };

export interface Rope {
  readonly theta: number;
  /** How many numbers of each head are turned; even. */
  readonly dimensions: number;
  readonly scaling: RopeScaling;
}

const FILE = 'config.json';
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const factors = v.array(positive);
/** Transformers 5 may write the original context beside any type; without a stretch it means nothing. */
const none = v.strictObject({ original_max_position_embeddings: v.optional(positive) });
const linear = v.strictObject({ factor: positive, original_max_position_embeddings: v.optional(positive) });
const llama3 = v.strictObject({
  factor: positive,
  low_freq_factor: positive,
  high_freq_factor: positive,
  original_max_position_embeddings: positive,
});
const longrope = v.strictObject({
  short_factor: factors,
  long_factor: factors,
  factor: v.optional(positive),
  attention_factor: v.optional(positive),
  original_max_position_embeddings: v.optional(positive),
});

/** Reads `rope_theta` and `rope_scaling`, or `rope_parameters` as transformers 5 writes both; `headDim` in numbers. */
export function ropeOf(config: RawConfig, headDim: number): Rope {
  const { type, rope_type, rope_theta, partial_rotary_factor, ...rest } = {
    ...config.rope_scaling,
    ...config.rope_parameters,
  };
  const theta = number(rope_theta, 'rope_theta') ?? config.rope_theta ?? 10_000;
  const partial = number(partial_rotary_factor, 'partial_rotary_factor') ?? config.partial_rotary_factor ?? 1;
  const dimensions = Math.trunc(headDim * partial);
  if (dimensions % 2 !== 0 || dimensions < 2 || dimensions > headDim) {
    throw unsupported(
      FILE,
      `an even number of rotated numbers in each head of ${headDim}`,
      shown(headDim * partial),
    );
  }
  return { theta, dimensions, scaling: scalingOf(rope_type ?? type ?? 'default', rest, config, dimensions) };
}

function number(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = v.safeParse(positive, value);
  if (parsed.success) return parsed.output;
  throw unsupported(FILE, `a positive number as "${name}"`, shown(value));
}

function scalingOf(type: unknown, parts: unknown, config: RawConfig, dimensions: number): RopeScaling {
  switch (type) {
    case 'default':
      read(none, type, parts);
      return { type: 'none' };
    case 'linear':
      return { type, factor: read(linear, type, parts).factor };
    case 'llama3': {
      const read3 = read(llama3, type, parts);
      return {
        type,
        factor: read3.factor,
        lowFrequencyFactor: read3.low_freq_factor,
        highFrequencyFactor: read3.high_freq_factor,
        originalContext: read3.original_max_position_embeddings,
      };
    }
    case 'longrope':
    case 'su': // Phi-3's own name for it before transformers had one
      return longRope(read(longrope, type, parts), config, dimensions);
    default:
      throw unsupported(FILE, '"rope_scaling" of type default, linear, llama3 or longrope', shown(type));
  }
}

/** A part that is not known could change the computation, so it is refused too. */
function read<T>(schema: v.GenericSchema<unknown, T>, type: string, parts: unknown): T {
  const parsed = v.safeParse(schema, parts, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw unsupported(
    FILE,
    `known parts of "rope_scaling" ${type}`,
    `"${v.getDotPath(issue) ?? ''}": ${issue.message}`,
  );
}

function longRope(parts: v.InferOutput<typeof longrope>, config: RawConfig, dimensions: number): RopeScaling {
  const originalContext = config.original_max_position_embeddings ?? parts.original_max_position_embeddings;
  if (originalContext === undefined)
    throw unsupported(FILE, '"original_max_position_embeddings" beside longrope', 'none');
  for (const list of [parts.short_factor, parts.long_factor]) {
    if (list.length !== dimensions / 2)
      throw unsupported(FILE, `${dimensions / 2} factors of longrope`, `${list.length}`);
  }
  const stretch = parts.factor ?? config.max_position_embeddings / originalContext;
  const attention = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(originalContext));
  return {
    type: 'longrope',
    short: parts.short_factor,
    long: parts.long_factor,
    attentionFactor: parts.attention_factor ?? attention,
    originalContext,
  };
}

/**
 * By how much each frequency is divided in Llama 3.1's scaling: 1 for short waves, `factor` for long ones, between them a blend.
 * llama.cpp reads them from the tensor `rope_freqs.weight`.
 */
export function llama3Divisors(rope: Rope): readonly number[] | undefined {
  const { theta, dimensions, scaling } = rope;
  if (scaling.type !== 'llama3') return undefined;
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContext } = scaling;
  return Array.from({ length: dimensions / 2 }, (_, i) => {
    const wave = 2 * Math.PI * theta ** ((2 * i) / dimensions);
    if (wave < originalContext / high) return 1;
    if (wave > originalContext / low) return factor;
    const smooth = (originalContext / wave - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}
