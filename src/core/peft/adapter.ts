import { AppError } from '../errors.ts';
import type { Tensor, Tensors } from '../tensors/types.ts';
import { valueFor, type PeftConfig } from './config.ts';

/** The change of one weight: W + scale * B A. */
export interface LoraPair {
  /** Of the weight in the base, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  /** `[rank, in]` */
  readonly a: Tensor;
  /** `[out, rank]` */
  readonly b: Tensor;
  readonly rank: number;
  readonly scale: number;
}

/** A LoRA adapter as PEFT saves it. */
export interface PeftAdapter {
  readonly config: PeftConfig;
  readonly pairs: readonly LoraPair[];
  /** Parts of a layer that it changes, e.g. `q_proj`, sorted. */
  readonly targets: readonly string[];
}

const PREFIX = 'base_model.model.';
/** Saved with the adapter's name in it by some versions. */
const FACTOR = /^(.+)\.lora_([AB])(?:\.[^.]+)?\.weight$/;

/**
 * Puts the factors of adapter_model.safetensors together; throws `invalid-file` where they do not belong together, and
 * `model-unsupported` for tensors that are no factors of a linear layer.
 */
export function peftAdapter(config: PeftConfig, tensors: Tensors): PeftAdapter {
  const halves = new Map<string, { a?: Tensor; b?: Tensor }>();
  for (const tensor of tensors.values()) {
    const { name } = tensor;
    const [, layer, half] = (name.startsWith(PREFIX) ? FACTOR.exec(name.slice(PREFIX.length)) : null) ?? [];
    if (layer === undefined) {
      const what = `factors of linear layers only ("${PREFIX}LAYER.lora_A.weight", "lora_B")`;
      throw new AppError('model-unsupported', `PEFT adapter: expected ${what}, got "${name}"`);
    }
    const key = half === 'A' ? 'a' : 'b';
    if (halves.get(layer)?.[key] !== undefined)
      throw new AppError(
        'model-unsupported',
        `PEFT adapter: expected one adapter, got "${name}" of a second`,
      );
    halves.set(layer, { ...halves.get(layer), [key]: tensor });
  }
  if (halves.size === 0) throw new AppError('invalid-file', 'PEFT adapter: expected factors, got none');
  const pairs = [...halves].map(([layer, { a, b }]) => pairOf(config, layer, a, b));
  const targets = new Set([...halves.keys()].map((layer) => layer.slice(layer.lastIndexOf('.') + 1)));
  return { config, pairs, targets: [...targets].sort() };
}

function pairOf(config: PeftConfig, layer: string, a: Tensor | undefined, b: Tensor | undefined): LoraPair {
  if (a === undefined || b === undefined)
    throw new AppError('invalid-file', `PEFT adapter, "${layer}": expected lora_A and lora_B, got one`);
  const rank = valueFor(config.ranks, layer, config.rank);
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[0] !== rank || b.shape[1] !== rank) {
    const got = `A [${a.shape.join(', ')}] and B [${b.shape.join(', ')}]`;
    throw new AppError(
      'invalid-file',
      `PEFT adapter, "${layer}": expected factors of rank ${rank}, got ${got}`,
    );
  }
  const alpha = valueFor(config.alphas, layer, config.alpha);
  return {
    name: `${layer}.weight`,
    ...{ a, b, rank },
    scale: alpha / (config.rankStabilised ? Math.sqrt(rank) : rank),
  };
}

/** Throws `model-unsupported` unless the base has every weight that the adapter changes, in its shape. */
export function checkBase(
  base: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  adapter: PeftAdapter,
): void {
  for (const { name, a, b } of adapter.pairs) {
    const expected = `[${[b.shape[0], a.shape[1]].join(', ')}]`;
    const weight = base.get(name);
    const got = weight === undefined ? 'none' : `[${weight.shape.join(', ')}]`;
    if (got === expected) continue;
    throw new AppError(
      'model-unsupported',
      `the adapter is for another base: for "${name}" it expects ${expected}, the base has ${got}`,
    );
  }
}
