import type { Net } from './plain-device.ts';

/** Keys and values of each layer, by position. */
export interface ToyState {
  readonly keys: readonly Float32Array[][];
  readonly values: readonly Float32Array[][];
}

export interface ToyShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly ropeBase: number;
}

type Weights = (name: string) => Float32Array;

/**
 * The bundled toy models (Llama of llama.cpp: neighbouring numbers of a head turn together, as many heads of keys as of queries, the
 * embedding is the output too), token by token with a cache, in plain code.
 */
export function toyNet(shape: ToyShape, weights: Weights): Net<ToyState> {
  const embedding = weights('token_embd.weight');
  const vocabulary = embedding.length / shape.hidden;
  const lists = (): Float32Array[][] => Array.from({ length: shape.layers }, () => []);
  return {
    vocabulary,
    start: () => ({ keys: lists(), values: lists() }),
    cut: ({ keys, values }, tokens) => ({
      keys: keys.map((layer) => layer.slice(0, tokens)),
      values: values.map((layer) => layer.slice(0, tokens)),
    }),
    feed: (state, token) => {
      let x: Float32Array = embedding.slice(token * shape.hidden, (token + 1) * shape.hidden);
      for (let layer = 0; layer < shape.layers; layer++) {
        const of = (name: string): Float32Array => weights(`blk.${layer}.${name}.weight`);
        x = add(x, attention(normed(x, of('attn_norm'), shape), layer, state, shape, of));
        x = add(x, feedForward(normed(x, of('ffn_norm'), shape), of));
      }
      return linear(embedding, normed(x, weights('output_norm.weight'), shape));
    },
  };
}

function attention(
  x: Float32Array,
  layer: number,
  { keys, values }: ToyState,
  { heads, hidden, ropeBase }: ToyShape,
  of: Weights,
): Float32Array {
  const [cachedKeys, cachedValues] = [keys[layer] ?? [], values[layer] ?? []];
  const position = cachedKeys.length;
  const size = hidden / heads;
  const query = turned(linear(of('attn_q'), x), position, size, ropeBase);
  cachedKeys.push(turned(linear(of('attn_k'), x), position, size, ropeBase));
  cachedValues.push(linear(of('attn_v'), x));
  const out = new Float32Array(hidden);
  for (let start = 0; start < hidden; start += size) {
    const scores = cachedKeys.map((key) => {
      let sum = 0;
      for (let i = start; i < start + size; i++) sum += (query[i] ?? 0) * (key[i] ?? 0);
      return sum / Math.sqrt(size);
    });
    const top = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - top));
    const total = shares.reduce((a, b) => a + b, 0);
    shares.forEach((share, at) => {
      const value = cachedValues[at] ?? out;
      for (let i = start; i < start + size; i++) out[i] = (out[i] ?? 0) + (share / total) * (value[i] ?? 0);
    });
  }
  return linear(of('attn_output'), out);
}

function feedForward(x: Float32Array, of: Weights): Float32Array {
  const gate = linear(of('ffn_gate'), x);
  const up = linear(of('ffn_up'), x);
  return linear(
    of('ffn_down'),
    gate.map((value, i) => (value / (1 + Math.exp(-value))) * (up[i] ?? 0)),
  );
}

function turned(x: Float32Array, position: number, size: number, base: number): Float32Array {
  const out = Float32Array.from(x);
  for (let i = 0; i < x.length; i += 2) {
    const angle = position * base ** (-(i % size) / size);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [a, b] = [x[i] ?? 0, x[i + 1] ?? 0];
    out[i] = a * cos - b * sin;
    out[i + 1] = a * sin + b * cos;
  }
  return out;
}

function normed(x: Float32Array, weight: Float32Array, { epsilon }: ToyShape): Float32Array {
  const square = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  const scale = 1 / Math.sqrt(square + epsilon);
  return x.map((value, i) => value * scale * (weight[i] ?? 0));
}

function add(x: Float32Array, y: Float32Array): Float32Array {
  return x.map((value, i) => value + (y[i] ?? 0));
}

/** Rows of `matrix` times `x`. */
function linear(matrix: Float32Array, x: Float32Array): Float32Array {
  const width = x.length;
  const out = new Float32Array(matrix.length / width);
  for (let row = 0; row < out.length; row++) {
    const start = row * width;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (matrix[start + i] ?? 0) * (x[i] ?? 0);
    out[row] = sum;
  }
  return out;
}
