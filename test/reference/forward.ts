import { rotaryOf, rotate, type Rotary } from './rotary.ts';

/**
 * A plain forward pass in float64 of the six architectures, from the configuration and the tensors as Hugging Face names
 * them, written from transformers' modeling files. It shares nothing with the conversion that it checks.
 */
export interface ReferenceModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly numbers: Float32Array }
  >;
}

interface Shape {
  readonly family: string;
  readonly hidden: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly epsilon: number;
  readonly rotary: Rotary;
  /** Queries times keys are divided by this. */
  readonly divisor: number;
  readonly attentionCap: number | undefined;
  readonly finalCap: number | undefined;
  /** Tokens that a layer sees. */
  readonly window: (layer: number) => number;
}

function shapeOf(config: ReferenceModel['config']): Shape {
  const n = (key: string): number => {
    const value = config[key];
    if (typeof value !== 'number') throw new Error(`config "${key}" is no number`);
    return value;
  };
  const optional = (key: string): number | undefined =>
    typeof config[key] === 'number' ? n(key) : undefined;
  const [hidden, heads] = [n('hidden_size'), n('num_attention_heads')];
  const headDim = optional('head_dim') ?? hidden / heads;
  const family = String(config['model_type']);
  const window = family === 'qwen2' || family === 'qwen3' ? undefined : optional('sliding_window');
  return {
    family,
    hidden,
    heads,
    keyValueHeads: n('num_key_value_heads'),
    headDim,
    epsilon: n('rms_norm_eps'),
    rotary: rotaryOf(config, headDim),
    divisor: Math.sqrt(optional('query_pre_attn_scalar') ?? headDim),
    attentionCap: optional('attn_logit_softcapping'),
    finalCap: optional('final_logit_softcapping'),
    window: (layer) => (window === undefined || (family === 'gemma2' && layer % 2 === 1) ? Infinity : window),
  };
}

/** Log-probabilities (nats) of every token to come after `ids`. */
export function referenceLogprobs(model: ReferenceModel, ids: readonly number[]): Float64Array {
  const logits = referenceLogits(model, ids);
  const top = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const sum = logits.reduce((total, value) => total + Math.exp(value - top), 0);
  return logits.map((value) => value - top - Math.log(sum));
}

export function referenceLogits(model: ReferenceModel, ids: readonly number[]): Float64Array {
  const shape = shapeOf(model.config);
  const get = getter(model);
  const embedding = get('model.embed_tokens.weight');
  const { hidden, family, finalCap } = shape;
  const scale = family === 'gemma2' ? Math.sqrt(hidden) : 1;
  let states: readonly Float64Array[] = ids.map((id) =>
    Float64Array.from(embedding.subarray(id * hidden, (id + 1) * hidden), (x) => x * scale),
  );
  const layers = Number(model.config['num_hidden_layers']);
  for (let layer = 0; layer < layers; layer++) states = decoderLayer(states, layer, shape, get);
  const last = states.at(-1);
  if (last === undefined) throw new Error('no tokens');
  const head = model.weights.has('lm_head.weight') ? get('lm_head.weight') : embedding;
  const logits = linear(norm(last, get('model.norm.weight'), shape), head);
  return finalCap === undefined ? logits : logits.map((x) => finalCap * Math.tanh(x / finalCap));
}

type Get = (name: string) => Float32Array;

function getter({ weights }: ReferenceModel): Get {
  return (name) => {
    const weight = weights.get(name);
    if (weight === undefined) throw new Error(`no tensor "${name}"`);
    return weight.numbers;
  };
}

function decoderLayer(
  states: readonly Float64Array[],
  layer: number,
  shape: Shape,
  get: Get,
): readonly Float64Array[] {
  const at = (name: string): Float32Array => get(`model.layers.${layer}.${name}`);
  const gemma = shape.family === 'gemma2';
  const normed = states.map((state) => norm(state, at('input_layernorm.weight'), shape));
  const attended = attention(normed, layer, shape, at, (name) => safe(at, name));
  return states.map((state, i) => {
    const out = attended[i] ?? new Float64Array();
    const middle = add(state, gemma ? norm(out, at('post_attention_layernorm.weight'), shape) : out);
    const before = gemma ? 'pre_feedforward_layernorm.weight' : 'post_attention_layernorm.weight';
    const fed = feedForward(norm(middle, at(before), shape), shape.family, at);
    return add(middle, gemma ? norm(fed, at('post_feedforward_layernorm.weight'), shape) : fed);
  });
}

function safe(at: Get, name: string): Float32Array | undefined {
  try {
    return at(name);
  } catch {
    return undefined;
  }
}

type Heads = readonly Float64Array[];

function attention(
  states: readonly Float64Array[],
  layer: number,
  shape: Shape,
  at: Get,
  bias: (name: string) => Float32Array | undefined,
): Float64Array[] {
  const { heads, keyValueHeads, headDim, family, rotary } = shape;
  const project = (state: Float64Array): readonly [Heads, Heads, Heads] => {
    const [q, k, v] =
      family === 'phi3'
        ? cut(linear(state, at('self_attn.qkv_proj.weight')), [heads, keyValueHeads, keyValueHeads], headDim)
        : ['q', 'k', 'v'].map((name) =>
            linear(state, at(`self_attn.${name}_proj.weight`), bias(`self_attn.${name}_proj.bias`)),
          );
    if (q === undefined || k === undefined || v === undefined) throw new Error('no projection');
    return [split(q, headDim), split(k, headDim), split(v, headDim)];
  };
  const projected = states.map((state, position) => {
    const [q, k, v] = project(state);
    if (family === 'qwen3') {
      for (const head of q) head.set(norm(head, at('self_attn.q_norm.weight'), shape));
      for (const head of k) head.set(norm(head, at('self_attn.k_norm.weight'), shape));
    }
    for (const head of [...q, ...k]) rotate(head, position, rotary);
    return { q, k, v };
  });
  const group = heads / keyValueHeads;
  return projected.map(({ q }, position) => {
    const from = Math.max(0, position - shape.window(layer) + 1);
    const seen = projected.slice(from, position + 1);
    const joined = new Float64Array(heads * headDim);
    q.forEach((query, h) => {
      const keys = seen.map(({ k }) => k[Math.floor(h / group)] ?? query);
      const values = seen.map(({ v }) => v[Math.floor(h / group)] ?? query);
      joined.set(attend(query, keys, values, shape), h * headDim);
    });
    return linear(joined, at('self_attn.o_proj.weight'), bias('self_attn.o_proj.bias'));
  });
}

function attend(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  { divisor, attentionCap }: Shape,
): Float64Array {
  const scores = keys.map((key) => {
    const score = key.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0) / divisor;
    return attentionCap === undefined ? score : attentionCap * Math.tanh(score / attentionCap);
  });
  const top = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const out = new Float64Array(query.length);
  values.forEach((value, t) => {
    const share = (shares[t] ?? 0) / total;
    value.forEach((x, i) => (out[i] = (out[i] ?? 0) + share * x));
  });
  return out;
}

function feedForward(state: Float64Array, family: string, at: Get): Float64Array {
  const fused = family === 'phi3' ? linear(state, at('mlp.gate_up_proj.weight')) : undefined;
  const half = (fused?.length ?? 0) / 2;
  const gate = fused?.subarray(0, half) ?? linear(state, at('mlp.gate_proj.weight'));
  const up = fused?.subarray(half) ?? linear(state, at('mlp.up_proj.weight'));
  const activation = family === 'gemma2' ? geluTanh : silu;
  return linear(
    gate.map((x, i) => activation(x) * (up[i] ?? 0)),
    at('mlp.down_proj.weight'),
  );
}

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** Zhang and Sennrich 2019; Gemma's weights are kept less one. */
function norm(state: Float64Array, weight: Float32Array, { epsilon, family }: Shape): Float64Array {
  const square = state.reduce((sum, x) => sum + x * x, 0) / state.length;
  const shift = family === 'gemma2' ? 1 : 0;
  return state.map((x, i) => (x / Math.sqrt(square + epsilon)) * (shift + (weight[i] ?? 0)));
}

/** `weight` is `[out, in]`. */
function linear(state: Float64Array, weight: Float32Array, bias?: Float32Array): Float64Array {
  const width = state.length;
  return Float64Array.from({ length: weight.length / width }, (_, row) => {
    let sum = bias?.[row] ?? 0;
    for (let i = 0; i < width; i++) sum += (weight[row * width + i] ?? 0) * (state[i] ?? 0);
    return sum;
  });
}

function add(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((x, i) => x + (right[i] ?? 0));
}

function split(joined: Float64Array, headDim: number): Heads {
  return Array.from({ length: joined.length / headDim }, (_, h) =>
    joined.slice(h * headDim, (h + 1) * headDim),
  );
}

function cut(joined: Float64Array, heads: readonly number[], headDim: number): readonly Float64Array[] {
  let at = 0;
  return heads.map((count) => joined.slice(at, (at += count * headDim)));
}
