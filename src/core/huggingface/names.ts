import { AppError } from '../errors.ts';
import type { Tensor, Tensors } from '../tensors/types.ts';
import type { HfConfig } from './config.ts';

/**
 * What a tensor becomes in a GGUF file. `permute`: rows of queries or keys in the order of ggml's rotary embedding, for
 * `heads` heads. `plus-one`: Gemma's norms multiply by 1 + weight, llama.cpp's by weight.
 */
export type Transform =
  | { readonly type: 'none' }
  | { readonly type: 'permute'; readonly heads: number }
  | { readonly type: 'plus-one' };

/** The part of a configuration that decides which tensors there are. */
export type ModelShape = Pick<
  HfConfig,
  | 'modelType'
  | 'hidden'
  | 'intermediate'
  | 'layers'
  | 'heads'
  | 'keyValueHeads'
  | 'headDim'
  | 'vocabulary'
  | 'tied'
  | 'bias'
>;

/** One tensor of the architecture, by both of its names. */
export interface NamedTensor {
  readonly hf: string;
  readonly ggml: string;
  /** As PyTorch has it: `[out, in]`. */
  readonly shape: readonly number[];
  readonly transform: Transform;
  /** Embeddings are looked up; matrices may be quantised; vectors (norms, biases) stay F32. */
  readonly kind: 'embedding' | 'output' | 'matrix' | 'vector';
}

const NONE: Transform = { type: 'none' };

/**
 * Every tensor that a model of this configuration has, in the order of a GGUF file. Names: gguf-py's tensor_mapping.py and
 * transformers' modeling files.
 */
export function expectedTensors(config: ModelShape): readonly NamedTensor[] {
  const { hidden, vocabulary, layers, tied } = config;
  const embedding = { shape: [vocabulary, hidden], transform: NONE } as const;
  return [
    { hf: 'model.embed_tokens.weight', ggml: 'token_embd.weight', kind: 'embedding', ...embedding },
    ...Array.from({ length: layers }, (_, layer) => layerTensors(config, layer)).flat(),
    norm(config, 'model.norm', 'output_norm', hidden),
    ...(tied ? [] : [{ hf: 'lm_head.weight', ggml: 'output.weight', kind: 'output', ...embedding } as const]),
  ];
}

function layerTensors(config: ModelShape, layer: number): readonly NamedTensor[] {
  const within = ({ hf, ggml, ...rest }: NamedTensor): NamedTensor => ({
    hf: `model.layers.${layer}.${hf}`,
    ggml: `blk.${layer}.${ggml}`,
    ...rest,
  });
  return [...attention(config), ...feedForward(config), ...norms(config)].map(within);
}

function attention(config: ModelShape): readonly NamedTensor[] {
  const { modelType, hidden, heads, keyValueHeads, headDim, bias } = config;
  const queries = heads * headDim;
  const keys = keyValueHeads * headDim;
  if (modelType === 'phi3') {
    return [
      matrix('self_attn.qkv_proj', 'attn_qkv', queries + 2 * keys, hidden),
      matrix('self_attn.o_proj', 'attn_output', hidden, queries),
    ];
  }
  const rotated = (count: number): Transform => (permutes(config) ? { type: 'permute', heads: count } : NONE);
  const [q, k] = [rotated(heads), rotated(keyValueHeads)];
  return [
    matrix('self_attn.q_proj', 'attn_q', queries, hidden, q),
    matrix('self_attn.k_proj', 'attn_k', keys, hidden, k),
    matrix('self_attn.v_proj', 'attn_v', keys, hidden),
    matrix('self_attn.o_proj', 'attn_output', hidden, queries),
    ...(bias === 'none'
      ? []
      : [
          vector('self_attn.q_proj.bias', 'attn_q.bias', queries, q),
          vector('self_attn.k_proj.bias', 'attn_k.bias', keys, k),
          vector('self_attn.v_proj.bias', 'attn_v.bias', keys),
        ]),
    ...(bias === 'qkvo' ? [vector('self_attn.o_proj.bias', 'attn_output.bias', hidden)] : []),
  ];
}

/** llama.cpp's `llama` architecture turns neighbours, all others the two halves of a head as Hugging Face does. */
function permutes({ modelType }: ModelShape): boolean {
  return modelType === 'llama' || modelType === 'mistral';
}

function feedForward({ modelType, hidden, intermediate }: ModelShape): readonly NamedTensor[] {
  const down = matrix('mlp.down_proj', 'ffn_down', hidden, intermediate);
  if (modelType === 'phi3') return [matrix('mlp.gate_up_proj', 'ffn_up', 2 * intermediate, hidden), down];
  return [
    matrix('mlp.gate_proj', 'ffn_gate', intermediate, hidden),
    matrix('mlp.up_proj', 'ffn_up', intermediate, hidden),
    down,
  ];
}

function norms(config: ModelShape): readonly NamedTensor[] {
  const { modelType, hidden, headDim } = config;
  const own = (hf: string, ggml: string): NamedTensor => norm(config, hf, ggml, hidden);
  const first = own('input_layernorm', 'attn_norm');
  switch (modelType) {
    case 'gemma2':
      return [
        first,
        own('post_attention_layernorm', 'post_attention_norm'),
        own('pre_feedforward_layernorm', 'ffn_norm'),
        own('post_feedforward_layernorm', 'post_ffw_norm'),
      ];
    case 'qwen3':
      return [
        first,
        norm(config, 'self_attn.q_norm', 'attn_q_norm', headDim),
        norm(config, 'self_attn.k_norm', 'attn_k_norm', headDim),
        own('post_attention_layernorm', 'ffn_norm'),
      ];
    case 'llama':
    case 'mistral':
    case 'qwen2':
    case 'phi3':
      return [first, own('post_attention_layernorm', 'ffn_norm')];
  }
}

function matrix(hf: string, ggml: string, rows: number, columns: number, transform = NONE): NamedTensor {
  return {
    hf: `${hf}.weight`,
    ggml: `${ggml}.weight`,
    shape: [rows, columns],
    transform,
    kind: 'matrix',
  };
}

function vector(hf: string, ggml: string, length: number, transform = NONE): NamedTensor {
  return { hf, ggml, shape: [length], transform, kind: 'vector' };
}

function norm({ modelType }: ModelShape, hf: string, ggml: string, length: number): NamedTensor {
  const transform: Transform = modelType === 'gemma2' ? { type: 'plus-one' } : NONE;
  return vector(`${hf}.weight`, `${ggml}.weight`, length, transform);
}

/** Old checkpoints keep the rotary frequencies, which the configuration gives; a tied output layer is the embedding. */
function isRedundant(name: string, { tied }: ModelShape): boolean {
  return /(^|\.)rotary_emb\.inv_freq$/.test(name) || (tied && name === 'lm_head.weight');
}

/**
 * The model's tensors, each with what it becomes; throws `invalid-file` where one is missing or has another shape, and
 * `model-unsupported` where there is one that the architecture does not have.
 */
export function matchTensors(
  config: ModelShape,
  tensors: Tensors,
): readonly { readonly named: NamedTensor; readonly tensor: Tensor }[] {
  const expected = expectedTensors(config);
  const missing = expected.filter(({ hf }) => !tensors.has(hf)).map(({ hf }) => hf);
  if (missing.length > 0)
    throw new AppError('invalid-file', `${config.modelType} weights: expected ${listed(missing)}, got none`);
  const known = new Set(expected.map(({ hf }) => hf));
  const others = [...tensors.keys()].filter((name) => !known.has(name) && !isRedundant(name, config));
  if (others.length > 0) {
    const what = `${config.modelType} weights: expected only what config.json describes`;
    throw new AppError('model-unsupported', `${what}, got ${listed(others)} too`);
  }
  return expected.flatMap((named) => {
    const tensor = tensors.get(named.hf);
    if (tensor === undefined) return [];
    if (tensor.shape.join() === named.shape.join()) return [{ named, tensor }];
    const [want, got] = [named.shape, tensor.shape].map((shape) => `[${shape.join(', ')}]`);
    throw new AppError(
      'invalid-file',
      `tensor "${named.hf}": expected ${want ?? ''} as config.json says, got ${got ?? ''}`,
    );
  });
}

/** At most three names: a model without its last shard lacks hundreds. */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 3).join(', ');
  return names.length <= 3 ? first : `${first} and ${names.length - 3} more`;
}

/** By its Hugging Face name, what a tensor of a converted model became; for adapters that go on top of it. */
export function namedTensors(config: ModelShape): ReadonlyMap<string, NamedTensor> {
  return new Map(expectedTensors(config).map((named) => [named.hf, named]));
}
