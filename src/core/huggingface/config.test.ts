import { describe, expect, it } from 'vitest';
import { randomModel } from '../../../test/fixtures/random-model.ts';
import { AppError } from '../errors.ts';
import { parseConfig, parseGeneration } from './config.ts';
import { llama3Divisors } from './rope.ts';

const FAMILIES = ['llama', 'mistral', 'qwen2', 'qwen3', 'gemma2', 'phi3'] as const;

const BASES = new Map(FAMILIES.map((family) => [family, randomModel({ family, seed: 1 }).config]));

/** A family's configuration with some keys changed; undefined takes one out. */
function config(family: (typeof FAMILIES)[number], changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...BASES.get(family), ...changes });
}

function refusal(text: string): string {
  try {
    parseConfig(text);
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('expected a refusal');
}

/** The published configuration of a small instruct model of each kind, reduced to what matters. */
const LLAMA_3_2_1B = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  bos_token_id: 128000,
  eos_token_id: [128001, 128008, 128009],
  head_dim: 64,
  hidden_act: 'silu',
  hidden_size: 2048,
  intermediate_size: 8192,
  max_position_embeddings: 131072,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 32,
  num_hidden_layers: 16,
  num_key_value_heads: 8,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    factor: 32,
    high_freq_factor: 4,
    low_freq_factor: 1,
    original_max_position_embeddings: 8192,
    rope_type: 'llama3',
  },
  rope_theta: 500000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  vocab_size: 128256,
};

describe('parseConfig', () => {
  it('reads every size', () => {
    expect(parseConfig(JSON.stringify(LLAMA_3_2_1B))).toEqual({
      modelType: 'llama',
      hidden: 2048,
      intermediate: 8192,
      layers: 16,
      heads: 32,
      keyValueHeads: 8,
      headDim: 64,
      vocabulary: 128256,
      contextTokens: 131072,
      rmsEpsilon: 1e-5,
      tied: true,
      bias: 'none',
      bos: 128000,
      eos: [128001, 128008, 128009],
      rope: {
        theta: 500000,
        dimensions: 64,
        scaling: {
          type: 'llama3',
          factor: 32,
          lowFrequencyFactor: 1,
          highFrequencyFactor: 4,
          originalContext: 8192,
        },
      },
    });
  });

  it.each(FAMILIES)('knows what %s takes for granted', (family) => {
    expect(parseConfig(config(family))).toMatchObject(
      {
        llama: { headDim: 24, bias: 'qkvo', tied: false },
        mistral: { headDim: 32, bias: 'none', contextTokens: 512 },
        qwen2: { headDim: 16, bias: 'qkv', tied: true, contextTokens: 1024 },
        qwen3: { headDim: 32, bias: 'none', rope: { theta: 1e6, scaling: { type: 'none' } } },
        gemma2: { tied: true, slidingWindow: 8, attentionSoftCap: 2, finalSoftCap: 4, contextTokens: 1024 },
        phi3: { contextTokens: 512, rope: { dimensions: 12 } },
      }[family],
    );
  });

  it('ends the context where a window begins that llama.cpp does not have', () => {
    const sliding = { use_sliding_window: true, sliding_window: 256 };
    expect(parseConfig(config('qwen2', sliding)).contextTokens).toBe(256);
    expect(parseConfig(config('mistral', { sliding_window: null })).contextTokens).toBe(1024);
    const types = ['full_attention', 'sliding_attention'];
    expect(parseConfig(config('qwen3', { layer_types: types, sliding_window: 128 })).contextTokens).toBe(128);
  });

  it('computes the factor of longrope (Phi-3.5: 131072 positions from 4096)', () => {
    const { rope } = parseConfig(
      config('phi3', { max_position_embeddings: 131072, original_max_position_embeddings: 4096 }),
    );
    expect(rope.scaling).toMatchObject({ type: 'longrope', attentionFactor: 1.1902380714238083 });
  });

  it.each([
    ['another kind of model', 'llama', { model_type: 'mixtral' }, 'model_type" one of llama, mistral'],
    ['another head', 'qwen2', { architectures: ['Qwen2ForSequenceClassification'] }, '[Qwen2ForCausalLM]'],
    ['quantised weights', 'llama', { quantization_config: { bits: 4 } }, 'no "quantization_config"'],
    ['experts', 'qwen3', { num_experts: 8 }, 'no "num_experts"'],
    ['another activation', 'llama', { hidden_act: 'relu2' }, 'silu, got "relu2"'],
    ['a bias that llama.cpp has no place for', 'qwen3', { attention_bias: true }, '"attention_bias" false'],
    ['biases of the feed-forward part', 'llama', { mlp_bias: true }, '"mlp_bias" false'],
    ['attention in both directions', 'llama', { is_causal: false }, 'attention to earlier tokens only'],
    ['unknown stretching', 'llama', { rope_scaling: { type: 'yarn', factor: 4 } }, 'got "yarn"'],
    [
      'an unknown part of a known stretching',
      'qwen2',
      { rope_scaling: { type: 'linear', factor: 4, beta: 1 } },
      '"beta"',
    ],
    ['stretching without its factor', 'qwen2', { rope_scaling: { type: 'linear' } }, '"factor"'],
    [
      'parts beside no stretching',
      'qwen2',
      { rope_scaling: { type: 'default', mrope_section: [16] } },
      'mrope_section',
    ],
    ['too few factors', 'phi3', { partial_rotary_factor: 1 }, '8 factors of longrope, got 6'],
    ['partly rotated heads', 'llama', { partial_rotary_factor: 0.5 }, '"partial_rotary_factor" 1'],
    ['free head widths', 'qwen2', { head_dim: 32 }, '"head_dim" 16'],
    ['heads that do not divide', 'llama', { num_key_value_heads: 3 }, '"num_key_value_heads" that divides 4'],
    ['no soft cap', 'gemma2', { attn_logit_softcapping: null }, 'both soft caps of gemma2'],
    [
      'another divisor of queries',
      'gemma2',
      { query_pre_attn_scalar: 144 },
      '"query_pre_attn_scalar" 32, got 144',
    ],
    [
      'other windows',
      'gemma2',
      { layer_types: ['full_attention', 'sliding_attention', 'full_attention'] },
      'in turn',
    ],
    ['an unknown kind of layer', 'qwen3', { layer_types: ['linear_attention'] }, 'linear_attention'],
  ] as const)('refuses %s', (_what, family, changes, message) => {
    const refused = refusal(config(family, changes));
    expect(refused).toMatch(/^model-unsupported: config\.json: expected /);
    expect(refused).toContain(message);
  });

  it.each([
    ['no JSON', '{', 'expected JSON'],
    ['a list', '[]', '"model_type"'],
    ['no hidden size', config('llama', { hidden_size: undefined }), '"hidden_size"'],
    ['half a layer', config('llama', { num_hidden_layers: 1.5 }), '"num_hidden_layers"'],
  ])('refuses %s as damaged', (_what, text, message) => {
    const refused = refusal(text);
    expect(refused).toMatch(/^invalid-file: config\.json: /);
    expect(refused).toContain(message);
  });
});

it('divides the frequencies as Llama 3.1 does', () => {
  const divisors = llama3Divisors(parseConfig(JSON.stringify(LLAMA_3_2_1B)).rope) ?? [];
  expect(divisors).toHaveLength(32);
  expect(divisors.slice(0, 15)).toEqual(new Array(15).fill(1));
  // Wave 2 pi 500000^(15/32) = 2948.30; smooth = (8192 / 2948.30 - 1) / 3 = 0.592849; 1 / (0.407151 / 32 + 0.592849) = 1.651329.
  expect(divisors[15]).toBeCloseTo(1.6513292457638986, 12);
  expect(divisors[17]).toBeCloseTo(9.666728978753293, 12);
  expect(divisors.slice(18)).toEqual(new Array(14).fill(32));
});

it('reads which tokens end a text', () => {
  expect(parseGeneration('{"eos_token_id": [2, 5], "temperature": 0.6}')).toEqual({ eos: [2, 5] });
  expect(parseGeneration('{"bos_token_id": 1, "eos_token_id": 2}')).toEqual({ bos: 1, eos: [2] });
});
