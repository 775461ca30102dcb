import { AppError } from '../errors.ts';
import type { ModelType } from '../huggingface/config.ts';
import type { Tensor, Tensors } from '../tensors/types.ts';
import { concatRows, padRows, plusOne, renamed } from '../tensors/views.ts';

/** A parameter before quantisation, and the Hugging Face tensors that it is made of. */
export interface Source {
  readonly tensor: Tensor;
  readonly from: readonly string[];
}

/** Parts of a layer that MLC keeps in one matrix, rows on top of one another. */
const FUSED: readonly (readonly [fused: RegExp, parts: readonly string[]])[] = [
  [/\.self_attn\.(?:qkv_proj|c_attn)\./, ['q_proj', 'k_proj', 'v_proj']],
  [/\.mlp\.gate_up_proj\./, ['gate_proj', 'up_proj']],
];

/** MLC's names of Phi-3 are its own (mlc_llm, model/phi3/phi3_loader.py). */
const PHI3: readonly (readonly [RegExp, string])[] = [
  [/^transformer\.embd\./, 'model.embed_tokens.'],
  [/^transformer\.norm\./, 'model.norm.'],
  [/^transformer\.h\./, 'model.layers.'],
  [/\.ln\./, '.input_layernorm.'],
  [/\.mixer\.qkv_proj\./, '.self_attn.qkv_proj.'],
  [/\.mixer\.out_proj\./, '.self_attn.o_proj.'],
];

/**
 * What MLC's parameter `name` (`….weight`, `….bias`) is made of, after the loaders of mlc_llm: queries, keys and values on top of
 * one another, gate and up likewise; of Gemma 2 the norms plus one. `rows`: an embedding with fewer gets rows of zeros, for tokens
 * that nothing ever names. Throws `model-unsupported` for a parameter that the weights have no counterpart of.
 */
export function sourceOf(name: string, modelType: ModelType, tensors: Tensors, rows?: number): Source {
  const hf = modelType === 'phi3' ? PHI3.reduce((text, [from, to]) => text.replace(from, to), name) : name;
  const whole = tensors.get(hf);
  const parts = whole === undefined ? partsOf(hf, tensors) : [whole];
  const [first] = parts;
  if (first === undefined)
    throw new AppError(
      'model-unsupported',
      `the model library expects a parameter "${name}", the weights have none`,
    );
  const joined = parts.length === 1 ? first : concatRows(parts);
  const isNorm = hf.endsWith('norm.weight');
  const own = modelType === 'gemma2' && isNorm ? plusOne(joined) : joined;
  const isTable = hf === 'model.embed_tokens.weight' || hf === 'lm_head.weight';
  const tensor = isTable && rows !== undefined && rows > (own.shape[0] ?? 0) ? padRows(own, rows) : own;
  return { tensor: renamed(tensor, name), from: parts.map((part) => part.name) };
}

function partsOf(name: string, tensors: Tensors): readonly Tensor[] {
  const [fused, parts] = FUSED.find(([pattern]) => pattern.test(name)) ?? [];
  if (fused === undefined || parts === undefined) return [];
  const [matched] = fused.exec(name) ?? [];
  const at = matched?.slice(0, matched.indexOf('.', 1) + 1) ?? '';
  const found = parts.flatMap((part) => tensors.get(name.replace(fused, `${at}${part}.`)) ?? []);
  return found.length === parts.length ? found : [];
}
