import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { architectureConfig } from './config.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Blank } from './fill.ts';
import { writeSafetensors } from './safetensors.ts';
import type { Constants, ModelShape } from './shape.ts';
import type { MadeTokenizer } from './tokenizer.ts';

const CLASSES: Readonly<Record<string, string>> = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
};

function blank(name: string, ...shape: readonly number[]): Blank {
  return { name: `${name}.weight`, shape, dtype: 'bfloat16' };
}

function layerBlanks(layer: number, shape: ModelShape, modelType: string): readonly Blank[] {
  const at = `model.layers.${layer}`;
  const attention = `${at}.self_attn`;
  const query = shape.heads * shape.headDim;
  const cache = shape.kvHeads * shape.headDim;
  const projections = { q_proj: query, k_proj: cache, v_proj: cache };
  return [
    ...Object.entries(projections).flatMap(([name, out]): readonly Blank[] => [
      blank(`${attention}.${name}`, out, shape.hidden),
      ...(modelType === 'qwen2'
        ? [{ name: `${attention}.${name}.bias`, shape: [out], dtype: 'bfloat16' } as const]
        : []),
    ]),
    ...(modelType === 'qwen3'
      ? [blank(`${attention}.q_norm`, shape.headDim), blank(`${attention}.k_norm`, shape.headDim)]
      : []),
    blank(`${attention}.o_proj`, shape.hidden, query),
    blank(`${at}.mlp.gate_proj`, shape.inner, shape.hidden),
    blank(`${at}.mlp.up_proj`, shape.inner, shape.hidden),
    blank(`${at}.mlp.down_proj`, shape.hidden, shape.inner),
    blank(`${at}.input_layernorm`, shape.hidden),
    blank(`${at}.post_attention_layernorm`, shape.hidden),
  ];
}

function blanksOf(shape: ModelShape, modelType: string): readonly Blank[] {
  return [
    blank('model.embed_tokens', shape.vocabulary, shape.hidden),
    ...Array.from({ length: shape.layers }, (_, layer) => layerBlanks(layer, shape, modelType)).flat(),
    blank('model.norm', shape.hidden),
    ...(shape.tied ? [] : [blank('lm_head', shape.vocabulary, shape.hidden)]),
  ];
}

function configText(
  shape: ModelShape,
  constants: Constants,
  modelType: string,
  contextTokens: number,
  tokenizer: MadeTokenizer,
): string {
  const config = {
    architectures: [CLASSES[modelType]],
    model_type: modelType,
    torch_dtype: 'bfloat16',
    ...architectureConfig(shape, constants),
    max_position_embeddings: contextTokens,
    bos_token_id: tokenizer.endOfText,
    eos_token_id: tokenizer.endOfTurn,
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}

/** Writes the same architecture with random weights as Hugging Face has it: config.json and one safetensors file in bfloat16. */
export async function writeHuggingFace(
  folder: string,
  model: {
    readonly shape: ModelShape;
    readonly constants: Constants;
    readonly modelType: string;
    readonly contextTokens: number;
    readonly tokenizer: MadeTokenizer;
  },
  seed: number,
): Promise<void> {
  const { shape, constants, modelType, contextTokens, tokenizer } = model;
  if (CLASSES[modelType] === undefined) {
    throw new AppError(
      'model-unsupported',
      `--hf expected one of ${Object.keys(CLASSES).join(', ')}, got ${modelType}`,
    );
  }
  await writeSafetensors(path.join(folder, 'model.safetensors'), blanksOf(shape, modelType), seed);
  await writeFile(
    path.join(folder, 'config.json'),
    configText(shape, constants, modelType, contextTokens, tokenizer),
  );
}
