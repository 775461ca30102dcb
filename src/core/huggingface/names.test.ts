import { describe, expect, it } from 'vitest';
import { randomModel, type RandomModelOptions } from '../../../test/fixtures/random-model.ts';
import { byName, memoryTensor } from '../tensors/testing.ts';
import { parseConfig } from './config.ts';
import { expectedTensors, matchTensors } from './names.ts';

function made(options: Omit<RandomModelOptions, 'seed'>): Parameters<typeof matchTensors> {
  const { config, weights } = randomModel({ seed: 1, ...options });
  const tensors = [...weights].map(([name, { shape, numbers }]) => memoryTensor(name, shape, numbers));
  return [parseConfig(JSON.stringify(config)), byName(tensors)];
}

function pairs(family: RandomModelOptions['family']): Record<string, string> {
  const [config] = made({ family });
  const first = expectedTensors(config).filter(({ hf }) => !/layers\.[1-9]/.test(hf));
  return Object.fromEntries(
    first.map(({ hf, ggml, transform }) => [
      hf,
      transform.type === 'none' ? ggml : `${ggml} ${transform.type}`,
    ]),
  );
}

const LAYER = 'model.layers.0';
const COMMON = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
  [`${LAYER}.input_layernorm.weight`]: 'blk.0.attn_norm.weight',
  [`${LAYER}.post_attention_layernorm.weight`]: 'blk.0.ffn_norm.weight',
  [`${LAYER}.self_attn.v_proj.weight`]: 'blk.0.attn_v.weight',
  [`${LAYER}.self_attn.o_proj.weight`]: 'blk.0.attn_output.weight',
  [`${LAYER}.mlp.gate_proj.weight`]: 'blk.0.ffn_gate.weight',
  [`${LAYER}.mlp.up_proj.weight`]: 'blk.0.ffn_up.weight',
  [`${LAYER}.mlp.down_proj.weight`]: 'blk.0.ffn_down.weight',
};
const PLAIN = {
  [`${LAYER}.self_attn.q_proj.weight`]: 'blk.0.attn_q.weight',
  [`${LAYER}.self_attn.k_proj.weight`]: 'blk.0.attn_k.weight',
};
const PERMUTED = {
  [`${LAYER}.self_attn.q_proj.weight`]: 'blk.0.attn_q.weight permute',
  [`${LAYER}.self_attn.k_proj.weight`]: 'blk.0.attn_k.weight permute',
};

describe('names', () => {
  it('are those of llama.cpp', () => {
    expect(pairs('mistral')).toEqual({ ...COMMON, ...PERMUTED });
    expect(pairs('llama')).toEqual({
      ...COMMON,
      ...PERMUTED,
      [`${LAYER}.self_attn.q_proj.bias`]: 'blk.0.attn_q.bias permute',
      [`${LAYER}.self_attn.k_proj.bias`]: 'blk.0.attn_k.bias permute',
      [`${LAYER}.self_attn.v_proj.bias`]: 'blk.0.attn_v.bias',
      [`${LAYER}.self_attn.o_proj.bias`]: 'blk.0.attn_output.bias',
    });
    expect(pairs('qwen3')).toEqual({
      ...COMMON,
      ...PLAIN,
      [`${LAYER}.self_attn.q_norm.weight`]: 'blk.0.attn_q_norm.weight',
      [`${LAYER}.self_attn.k_norm.weight`]: 'blk.0.attn_k_norm.weight',
    });
  });

  it('leave out a tied output layer, and add the biases of Qwen 2', () => {
    const qwen2 = pairs('qwen2');
    expect(qwen2).not.toHaveProperty(['lm_head.weight']);
    expect(qwen2).toMatchObject({ ...PLAIN, [`${LAYER}.self_attn.q_proj.bias`]: 'blk.0.attn_q.bias' });
    expect(qwen2).not.toHaveProperty([`${LAYER}.self_attn.o_proj.bias`]);
  });

  it("give Gemma 2's four norms one more", () => {
    expect(pairs('gemma2')).toMatchObject({
      'model.norm.weight': 'output_norm.weight plus-one',
      [`${LAYER}.input_layernorm.weight`]: 'blk.0.attn_norm.weight plus-one',
      [`${LAYER}.post_attention_layernorm.weight`]: 'blk.0.post_attention_norm.weight plus-one',
      [`${LAYER}.pre_feedforward_layernorm.weight`]: 'blk.0.ffn_norm.weight plus-one',
      [`${LAYER}.post_feedforward_layernorm.weight`]: 'blk.0.post_ffw_norm.weight plus-one',
    });
  });

  it("keep Phi-3's fused projections", () => {
    expect(pairs('phi3')).toEqual({
      'model.embed_tokens.weight': 'token_embd.weight',
      'model.norm.weight': 'output_norm.weight',
      'lm_head.weight': 'output.weight',
      [`${LAYER}.input_layernorm.weight`]: 'blk.0.attn_norm.weight',
      [`${LAYER}.post_attention_layernorm.weight`]: 'blk.0.ffn_norm.weight',
      [`${LAYER}.self_attn.qkv_proj.weight`]: 'blk.0.attn_qkv.weight',
      [`${LAYER}.self_attn.o_proj.weight`]: 'blk.0.attn_output.weight',
      [`${LAYER}.mlp.gate_up_proj.weight`]: 'blk.0.ffn_up.weight',
      [`${LAYER}.mlp.down_proj.weight`]: 'blk.0.ffn_down.weight',
    });
  });
});

describe('matchTensors', () => {
  it.each(['llama', 'mistral', 'qwen2', 'qwen3', 'gemma2', 'phi3'] as const)('finds all of %s', (family) => {
    const [config, tensors] = made({ family });
    expect(matchTensors(config, tensors)).toHaveLength(tensors.size);
  });

  it('passes over what the configuration says already', () => {
    const [config, tensors] = made({ family: 'qwen2' });
    const more = byName([
      ...tensors.values(),
      memoryTensor('lm_head.weight', [1, 1], new Float32Array(1)),
      memoryTensor('model.layers.0.self_attn.rotary_emb.inv_freq', [8], new Float32Array(8)),
    ]);
    expect(matchTensors(config, more)).toHaveLength(tensors.size);
  });

  it('names what is missing', () => {
    const [config, tensors] = made({ family: 'llama' });
    const less = byName(
      [...tensors.values()].filter(({ name }) => !/layers\.1\.(mlp|self_attn\.o)/.test(name)),
    );
    expect(() => matchTensors(config, less)).toThrow(
      'llama weights: expected model.layers.1.self_attn.o_proj.weight, model.layers.1.self_attn.o_proj.bias, model.layers.1.mlp.gate_proj.weight and 2 more, got none',
    );
  });

  it('names what it does not know', () => {
    const [config, tensors] = made({ family: 'llama' });
    const name = 'model.layers.0.self_attn.q_proj.lora_A.weight';
    const more = byName([...tensors.values(), memoryTensor(name, [1, 1], new Float32Array(1))]);
    expect(() => matchTensors(config, more)).toThrow(`only what config.json describes, got ${name} too`);
  });

  it('compares shapes with the configuration', () => {
    const [, tensors] = made({ family: 'mistral' });
    const [config] = made({ family: 'mistral', config: { head_dim: 64 } });
    expect(() => matchTensors(config, tensors)).toThrow(
      'tensor "model.layers.0.self_attn.q_proj.weight": expected [256, 64] as config.json says, got [128, 64]',
    );
  });
});
