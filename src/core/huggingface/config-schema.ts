import * as v from 'valibot';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31));
/** Some ten times what the largest public models have: a list is made of them, which a damaged number would make endless. */
const layers = v.pipe(size, v.maxValue(1024));
const tokens = v.pipe(size, v.maxValue(2 ** 22));
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const tokenIds = v.union([tokenId, v.array(tokenId)]);

/** Checked further where it is understood: rope.ts. */
const ropeParts = v.record(v.string(), v.unknown());

/**
 * The part of config.json that Assay reads. What transformers leaves out when it is the default is optional here; sizes are
 * always written and are required.
 */
export const configSchema = v.object({
  model_type: v.string(),
  architectures: v.nullish(v.array(v.string())),
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layers,
  num_attention_heads: size,
  num_key_value_heads: v.nullish(size),
  head_dim: v.nullish(size),
  vocab_size: tokens,
  max_position_embeddings: size,
  original_max_position_embeddings: v.nullish(size),
  rms_norm_eps: positive,
  hidden_act: v.nullish(v.string()),
  hidden_activation: v.nullish(v.string()),
  tie_word_embeddings: v.nullish(v.boolean()),
  attention_bias: v.nullish(v.boolean()),
  mlp_bias: v.nullish(v.boolean()),
  rope_theta: v.nullish(positive),
  rope_scaling: v.nullish(ropeParts),
  rope_parameters: v.nullish(ropeParts),
  partial_rotary_factor: v.nullish(positive),
  sliding_window: v.nullish(size),
  use_sliding_window: v.nullish(v.boolean()),
  layer_types: v.nullish(v.array(v.string())),
  attn_logit_softcapping: v.nullish(positive),
  final_logit_softcapping: v.nullish(positive),
  query_pre_attn_scalar: v.nullish(positive),
  bos_token_id: v.nullish(tokenIds),
  eos_token_id: v.nullish(tokenIds),
  is_causal: v.nullish(v.boolean()),
  use_bidirectional_attention: v.nullish(v.boolean()),
  quantization_config: v.optional(v.unknown()),
  num_local_experts: v.optional(v.unknown()),
  num_experts: v.optional(v.unknown()),
  text_config: v.optional(v.unknown()),
  vision_config: v.optional(v.unknown()),
});

export type RawConfig = v.InferOutput<typeof configSchema>;

/** Of generation_config.json only the tokens that end a text matter: sampling is the run's own. */
export const generationSchema = v.object({
  bos_token_id: v.nullish(tokenIds),
  eos_token_id: v.nullish(tokenIds),
});
