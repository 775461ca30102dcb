import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { Shards, type Matrix } from './shards.ts';

/**
 * A plain forward pass of Llama, Mistral, Qwen2 and Qwen3 in float64, straight from the published definitions (RMSNorm, rotary
 * embedding by halves, grouped-query attention, SwiGLU). Slow on purpose: nothing in it is shared with what it checks.
 */
const configSchema = v.object({
  model_type: v.picklist(['llama', 'mistral', 'qwen2', 'qwen3']),
  model_config: v.object({
    num_hidden_layers: v.number(),
    num_attention_heads: v.number(),
    num_key_value_heads: v.number(),
    head_dim: v.optional(v.nullable(v.number())),
    hidden_size: v.number(),
    rms_norm_eps: v.number(),
    rope_theta: v.optional(v.number()),
    position_embedding_base: v.optional(v.number()),
    // Scaled positions are not written here, and a wrong reference is worse than none.
    rope_scaling: v.optional(
      v.null_('expected a model without rope_scaling, which the reference does not know'),
    ),
  }),
});
type Config = v.InferOutput<typeof configSchema>['model_config'];

/** One vector per position. */
type States = readonly Float64Array[];

function multiply(matrix: Matrix, states: States, bias?: Float64Array): Float64Array[] {
  const { rows, columns } = matrix;
  const outputs = states.map(() => new Float64Array(rows));
  const weights = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    matrix.row(row, weights);
    for (let position = 0; position < states.length; position++) {
      const state = states[position]!;
      let sum = bias?.[row] ?? 0;
      for (let column = 0; column < columns; column++) sum += weights[column]! * state[column]!;
      outputs[position]![row] = sum;
    }
  }
  return outputs;
}

function normalise(state: Float64Array, weight: Float64Array, epsilon: number): Float64Array {
  const square = state.reduce((sum, value) => sum + value * value, 0) / state.length;
  const factor = 1 / Math.sqrt(square + epsilon);
  return state.map((value, at) => value * factor * (weight[at] ?? 0));
}

function add(states: States, more: States): Float64Array[] {
  return states.map((state, position) => state.map((value, at) => value + more[position]![at]!));
}

function rotate(head: Float64Array, position: number, theta: number): void {
  const middle = head.length / 2;
  for (let at = 0; at < middle; at++) {
    const angle = position * theta ** (-(2 * at) / head.length);
    const [first, second] = [head[at]!, head[at + middle]!];
    head[at] = first * Math.cos(angle) - second * Math.sin(angle);
    head[at + middle] = second * Math.cos(angle) + first * Math.sin(angle);
  }
}

function softmax(scores: Float64Array): Float64Array {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Natural logarithms of a softmax. */
function logSoftmax(logits: Float64Array): Float64Array {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  const shift = most + Math.log(sum);
  return logits.map((logit) => logit - shift);
}

export class Reference {
  readonly #config: Config;
  readonly #shards: Shards;
  readonly #headDim: number;

  private constructor(config: Config, shards: Shards) {
    this.#config = config;
    this.#shards = shards;
    this.#headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  }

  /** Reads an MLC folder; rejects for architectures that it does not know. */
  static async open(folder: string): Promise<Reference> {
    const text = await readFile(path.join(folder, 'mlc-chat-config.json'), 'utf8');
    return new Reference(v.parse(configSchema, JSON.parse(text)).model_config, await Shards.open(folder));
  }

  /**
   * Log-probabilities of the next token over the whole vocabulary after each of `positions` (all when absent; 0 is after the first
   * token).
   */
  logprobs(tokens: readonly number[], positions?: readonly number[]): readonly Float64Array[] {
    const table = this.#shards.matrix('model.embed_tokens');
    let states: Float64Array[] = tokens.map((token) => {
      const state = new Float64Array(table.columns);
      table.row(token, state);
      return state;
    });
    for (let layer = 0; layer < this.#config.num_hidden_layers; layer++) states = this.#layer(layer, states);
    const wanted = positions ?? tokens.map((_, at) => at);
    const last = this.#normalised(
      'model.norm',
      wanted.map((at) => states[at]!),
    );
    const head = this.#shards.has('lm_head.q_weight') || this.#shards.has('lm_head.weight');
    return multiply(head ? this.#shards.matrix('lm_head') : table, last).map(logSoftmax);
  }

  #normalised(name: string, states: States): Float64Array[] {
    const weight = this.#shards.vector(`${name}.weight`);
    return states.map((state) => normalise(state, weight, this.#config.rms_norm_eps));
  }

  #layer(layer: number, states: States): Float64Array[] {
    const at = `model.layers.${layer}`;
    const attended = this.#attention(`${at}.self_attn`, this.#normalised(`${at}.input_layernorm`, states));
    const between = add(states, multiply(this.#shards.matrix(`${at}.self_attn.o_proj`), attended));
    const inner = this.#normalised(`${at}.post_attention_layernorm`, between);
    const both = multiply(this.#shards.matrix(`${at}.mlp.gate_up_proj`), inner);
    const gated = both.map((gateUp) => {
      const width = gateUp.length / 2;
      return gateUp.subarray(0, width).map((gate, i) => (gate / (1 + Math.exp(-gate))) * gateUp[width + i]!);
    });
    return add(between, multiply(this.#shards.matrix(`${at}.mlp.down_proj`), gated));
  }

  /** Query, key and value heads of each position, in one row of the fused projection. */
  #attention(name: string, states: States): Float64Array[] {
    const fused = ['c_attn', 'qkv_proj'].map((part) => `${name}.${part}`);
    const projection = fused.find(
      (one) => this.#shards.has(`${one}.q_weight`) || this.#shards.has(`${one}.weight`),
    );
    if (projection === undefined) throw new Error(`${name}: expected a fused projection, found none`);
    const bias = this.#shards.has(`${projection}.bias`)
      ? this.#shards.vector(`${projection}.bias`)
      : undefined;
    const rows = multiply(this.#shards.matrix(projection), states, bias);
    const { num_attention_heads: queries, num_key_value_heads: keys } = this.#config;
    const heads = rows.map((row, position) => this.#heads(name, row, position));
    return heads.map(({ query }, position) => {
      const out = new Float64Array(queries * this.#headDim);
      for (let head = 0; head < queries; head++) {
        const shared = Math.floor(head / (queries / keys));
        const scores = Float64Array.from({ length: position + 1 }, (_, other) => {
          const key = heads[other]!.key[shared]!;
          return (
            query[head]!.reduce((sum, value, at) => sum + value * key[at]!, 0) / Math.sqrt(this.#headDim)
          );
        });
        softmax(scores).forEach((share, other) => {
          const value = heads[other]!.value[shared]!;
          for (let at = 0; at < this.#headDim; at++) out[head * this.#headDim + at]! += share * value[at]!;
        });
      }
      return out;
    });
  }

  #heads(name: string, row: Float64Array, position: number) {
    const { num_attention_heads: queries, num_key_value_heads: keys } = this.#config;
    const theta = this.#config.rope_theta ?? this.#config.position_embedding_base;
    if (theta === undefined) throw new Error('mlc-chat-config.json: expected rope_theta, found none');
    const cut = (from: number, count: number) =>
      Array.from({ length: count }, (_, head) =>
        row.slice((from + head) * this.#headDim, (from + head + 1) * this.#headDim),
      );
    const placed = (heads: readonly Float64Array[], norm: string) =>
      heads.map((head) => {
        const weight = `${name}.${norm}.weight`;
        const ready = this.#shards.has(weight)
          ? normalise(head, this.#shards.vector(weight), this.#config.rms_norm_eps)
          : head;
        rotate(ready, position, theta);
        return ready;
      });
    return {
      query: placed(cut(0, queries), 'q_norm'),
      key: placed(cut(queries, keys), 'k_norm'),
      value: cut(queries + keys, keys),
    };
  }
}
