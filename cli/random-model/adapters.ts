import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Blank } from './fill.ts';
import { writeSafetensors } from './safetensors.ts';
import type { ModelShape } from './shape.ts';

const RANK = 8;
const ALPHA = 16;
/** Steps from one checkpoint to the next. */
const STEP = 10;
const TARGETS = ['q_proj', 'v_proj'] as const;

function blanksOf(shape: ModelShape): readonly Blank[] {
  const outputs = { q_proj: shape.heads * shape.headDim, v_proj: shape.kvHeads * shape.headDim };
  return Array.from({ length: shape.layers }, (_, layer) =>
    TARGETS.flatMap((target): readonly Blank[] => {
      const name = `base_model.model.model.layers.${layer}.self_attn.${target}`;
      return [
        { name: `${name}.lora_A.weight`, shape: [RANK, shape.hidden], dtype: 'bfloat16' },
        { name: `${name}.lora_B.weight`, shape: [outputs[target], RANK], dtype: 'bfloat16' },
      ];
    }),
  ).flat();
}

/** Writes a series of PEFT adapters (LoRA) for the model: `checkpoint-10`, `checkpoint-20`, ... with random weights. */
export async function writeAdapters(
  folder: string,
  baseName: string,
  shape: ModelShape,
  count: number,
  seed: number,
): Promise<void> {
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseName,
    r: RANK,
    lora_alpha: ALPHA,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    target_modules: TARGETS,
  };
  for (let at = 1; at <= count; at++) {
    const checkpoint = path.join(folder, `checkpoint-${at * STEP}`);
    await mkdir(checkpoint, { recursive: true });
    await writeFile(
      path.join(checkpoint, 'adapter_config.json'),
      `${JSON.stringify(config, undefined, 1)}\n`,
    );
    await writeSafetensors(path.join(checkpoint, 'adapter_model.safetensors'), blanksOf(shape), seed + at);
  }
}
