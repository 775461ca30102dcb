import { readJson } from '../mlc/json.ts';
import { configSchema, generationSchema, type RawConfig } from './config-schema.ts';
import { shown, unsupported } from './refuse.ts';
import { ropeOf, type Rope } from './rope.ts';

const FILE = 'config.json';

/** What sets one family of models apart from another in this file. */
interface Family {
  /** The class that transformers makes of it; another head on the same body computes something else. */
  readonly className: string;
  /** Whether the embedding is also the output layer where config.json does not say. */
  readonly tied: boolean;
  readonly headDim?: number;
  /** Whether llama.cpp knows heads whose widths do not sum to the hidden size. */
  readonly freeHeadDim: boolean;
  readonly activation: string;
  /** Which parts may have biases: never, as `attention_bias` says, or always on queries, keys and values. */
  readonly bias: 'none' | 'optional' | 'qkv';
  readonly partialRope: boolean;
}

const FAMILIES = {
  llama: family({ className: 'LlamaForCausalLM', freeHeadDim: true, bias: 'optional' }),
  mistral: family({ className: 'MistralForCausalLM', freeHeadDim: true }),
  qwen2: family({ className: 'Qwen2ForCausalLM', bias: 'qkv' }),
  qwen3: family({ className: 'Qwen3ForCausalLM', freeHeadDim: true, headDim: 128 }),
  gemma2: family({
    className: 'Gemma2ForCausalLM',
    tied: true,
    freeHeadDim: true,
    headDim: 256,
    activation: 'gelu_pytorch_tanh',
  }),
  phi3: family({ className: 'Phi3ForCausalLM', partialRope: true }),
} as const;

function family(parts: Pick<Family, 'className'> & Partial<Family>): Family {
  return { tied: false, freeHeadDim: false, activation: 'silu', bias: 'none', partialRope: false, ...parts };
}

export type ModelType = keyof typeof FAMILIES;

/** A model's shape as transformers' configuration gives it. */
export interface HfConfig {
  readonly modelType: ModelType;
  readonly hidden: number;
  readonly intermediate: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  /**
   * Tokens at once for which the conversion computes what the original does; less than the original's where it looks through
   * a window that llama.cpp does not have, or changes its factors beyond a length.
   */
  readonly contextTokens: number;
  readonly rmsEpsilon: number;
  readonly tied: boolean;
  readonly rope: Rope;
  /** Which linear layers of the attention have a bias. */
  readonly bias: 'none' | 'qkv' | 'qkvo';
  /** Of Gemma 2: every other layer, from the first on, sees this many tokens. */
  readonly slidingWindow?: number;
  readonly attentionSoftCap?: number;
  readonly finalSoftCap?: number;
  /** As config.json says; the tokenizer's files come first. */
  readonly bos?: number;
  readonly eos: readonly number[];
}

/** Reads config.json; throws `invalid-file`, or `model-unsupported` for what would change the computation if it were ignored. */
export function parseConfig(text: string): HfConfig {
  const raw = readJson(text, configSchema, FILE);
  const modelType = modelTypeOf(raw);
  const family = FAMILIES[modelType];
  refuseOthers(raw, family);
  const headDim = headDimOf(raw, family);
  const keyValueHeads = keyValueHeadsOf(raw, modelType);
  const rope = ropeOf(raw, headDim);
  if (!family.partialRope && rope.dimensions !== headDim)
    throw unsupported(FILE, `"partial_rotary_factor" 1 for ${modelType}`, shown(raw.partial_rotary_factor));
  if (modelType === 'gemma2' && rope.scaling.type !== 'none')
    throw unsupported(FILE, 'no "rope_scaling" for gemma2', rope.scaling.type);
  const [bos] = listOf(raw.bos_token_id);
  return {
    modelType,
    hidden: raw.hidden_size,
    intermediate: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    keyValueHeads,
    headDim,
    vocabulary: raw.vocab_size,
    contextTokens: contextOf(raw, modelType, rope),
    rmsEpsilon: raw.rms_norm_eps,
    tied: raw.tie_word_embeddings ?? family.tied,
    rope,
    bias: family.bias === 'optional' ? (raw.attention_bias === true ? 'qkvo' : 'none') : family.bias,
    ...(modelType === 'gemma2' ? gemma2Parts(raw, headDim) : {}),
    ...(bos === undefined ? {} : { bos }),
    eos: listOf(raw.eos_token_id),
  };
}

/** The tokens that end a text as generation_config.json has them. */
export function parseGeneration(text: string): { readonly bos?: number; readonly eos: readonly number[] } {
  const raw = readJson(text, generationSchema, 'generation_config.json');
  const [bos] = listOf(raw.bos_token_id);
  return { ...(bos === undefined ? {} : { bos }), eos: listOf(raw.eos_token_id) };
}

function listOf(ids: number | readonly number[] | null | undefined): readonly number[] {
  if (ids === null || ids === undefined) return [];
  return typeof ids === 'number' ? [ids] : ids;
}

function isModelType(name: string): name is ModelType {
  return Object.hasOwn(FAMILIES, name);
}

function modelTypeOf(raw: RawConfig): ModelType {
  const { model_type: modelType, architectures } = raw;
  if (!isModelType(modelType)) {
    const known = Object.keys(FAMILIES).join(', ');
    throw unsupported(FILE, `"model_type" one of ${known}`, shown(modelType));
  }
  const { className } = FAMILIES[modelType];
  if (architectures !== null && architectures !== undefined && architectures.join() !== className)
    throw unsupported(FILE, `"architectures" [${className}] for ${modelType}`, shown(architectures));
  return modelType;
}

/** What the known families do not have, or have in one way only. */
function refuseOthers(raw: RawConfig, family: Family): void {
  const absent = [
    ['quantization_config', 'weights that are not quantised'],
    ['num_local_experts', 'a model without experts'],
    ['num_experts', 'a model without experts'],
    ['text_config', 'a model of text only'],
    ['vision_config', 'a model of text only'],
  ] as const;
  for (const [key, expected] of absent) {
    const value = raw[key];
    if (value !== undefined && value !== null)
      throw unsupported(FILE, `${expected} (no "${key}")`, shown(value));
  }
  const activation = raw.hidden_activation ?? raw.hidden_act ?? family.activation;
  if (activation !== family.activation)
    throw unsupported(FILE, `the activation ${family.activation}`, shown(activation));
  if (raw.attention_bias === true && family.bias === 'none')
    throw unsupported(FILE, '"attention_bias" false', 'true');
  if (raw.mlp_bias === true) throw unsupported(FILE, '"mlp_bias" false', 'true');
  if (raw.is_causal === false || raw.use_bidirectional_attention === true)
    throw unsupported(FILE, 'attention to earlier tokens only', 'attention in both directions');
}

function headDimOf(raw: RawConfig, family: Family): number {
  const { hidden_size: hidden, num_attention_heads: heads } = raw;
  const headDim = raw.head_dim ?? family.headDim ?? hidden / heads;
  if (!Number.isInteger(headDim) || headDim % 2 !== 0)
    throw unsupported(FILE, 'heads of an even width', `${hidden} numbers in ${heads} heads`);
  if (!family.freeHeadDim && headDim * heads !== hidden)
    throw unsupported(FILE, `"head_dim" ${hidden / heads} (hidden size / heads)`, `${headDim}`);
  return headDim;
}

function keyValueHeadsOf(raw: RawConfig, modelType: ModelType): number {
  const { num_key_value_heads: given, num_attention_heads: heads } = raw;
  // The other families have defaults of their own, which transformers always writes out.
  const count = given ?? (modelType === 'llama' || modelType === 'phi3' ? heads : undefined);
  if (count === undefined || heads % count !== 0)
    throw unsupported(FILE, `"num_key_value_heads" that divides ${heads}`, shown(given ?? undefined));
  return count;
}

/** llama.cpp has a sliding window for Gemma 2 only; within one window nothing differs, so the others end there. */
function contextOf(raw: RawConfig, modelType: ModelType, { scaling }: Rope): number {
  const limits = [raw.max_position_embeddings];
  // llama.cpp chooses between the two lists by the context it is given, transformers by the length of the text.
  if (scaling.type === 'longrope') limits.push(scaling.originalContext);
  const types = new Set(raw.layer_types ?? []);
  types.delete('full_attention');
  const slides = types.delete('sliding_attention');
  if (types.size > 0)
    throw unsupported(FILE, '"layer_types" full or sliding attention', [...types].join(', '));
  const optional = modelType === 'qwen2' || modelType === 'qwen3';
  const uses = slides || (optional ? raw.use_sliding_window === true : modelType !== 'llama');
  const window = raw.sliding_window ?? undefined;
  if (slides && window === undefined)
    throw unsupported(FILE, '"sliding_window" for sliding attention', 'none');
  if (uses && modelType !== 'gemma2' && window !== undefined) limits.push(window);
  return Math.min(...limits);
}

/** llama.cpp's Gemma 2 takes two things for granted that a configuration may change; both are checked here. */
function gemma2Parts(
  raw: RawConfig,
  headDim: number,
): Required<Pick<HfConfig, 'slidingWindow' | 'attentionSoftCap' | 'finalSoftCap'>> {
  const { attn_logit_softcapping, final_logit_softcapping, sliding_window } = raw;
  if (typeof attn_logit_softcapping !== 'number' || typeof final_logit_softcapping !== 'number')
    throw unsupported(
      FILE,
      'both soft caps of gemma2',
      shown([attn_logit_softcapping, final_logit_softcapping]),
    );
  if (typeof sliding_window !== 'number')
    throw unsupported(FILE, '"sliding_window" for gemma2', shown(sliding_window));
  // It divides queries by the root of this; for the 46 layers of the 27 billion model by that of hidden size / heads.
  const divisor =
    raw.num_hidden_layers === 46 ? Math.trunc(raw.hidden_size / raw.num_attention_heads) : headDim;
  if ((raw.query_pre_attn_scalar ?? 256) !== divisor)
    throw unsupported(FILE, `"query_pre_attn_scalar" ${divisor}`, shown(raw.query_pre_attn_scalar ?? 256));
  const layers = raw.layer_types ?? [];
  if (layers.some((type, i) => (type === 'sliding_attention') !== (i % 2 === 0)))
    throw unsupported(FILE, '"layer_types" sliding and full in turn', shown(layers));
  return {
    slidingWindow: sliding_window,
    attentionSoftCap: attn_logit_softcapping,
    finalSoftCap: final_logit_softcapping,
  };
}
