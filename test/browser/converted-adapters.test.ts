import { expect, it } from 'vitest';
import type { ModelSource } from '../../src/core/engine.ts';
import { openHfFolder } from '../../src/core/huggingface/folder.ts';
import { ggufArchitecture } from '../../src/core/huggingface/gguf-metadata.ts';
import { namedTensors } from '../../src/core/huggingface/names.ts';
import { utf8 } from '../../src/core/mlc/json.ts';
import { peftAdapter, type PeftAdapter } from '../../src/core/peft/adapter.ts';
import { parseAdapterConfig } from '../../src/core/peft/config.ts';
import { merged } from '../../src/core/peft/merge.ts';
import { adapterGguf } from '../../src/core/peft/to-gguf.ts';
import { openSafetensors } from '../../src/core/safetensors/open.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import type { RandomAdapter } from '../fixtures/random-adapter.ts';
import { asDropped, randomModel } from '../fixtures/random-model.ts';
import { converted, difference, modelFile, OPTIONS, plain } from './conversion.ts';

/** Measured: below 1e-5 at worst. */
const LIMIT = 1e-5;

const model = randomModel({
  family: 'llama',
  seed: 3,
  adapters: {
    seed: 5,
    steps: [10, 20],
    rank: 4,
    alpha: 8,
    targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  },
});
const asked = plain(model);
const folder = await openHfFolder(asDropped(model.files));

async function opened({ files }: RandomAdapter): Promise<PeftAdapter> {
  const bytes = (path: string): Uint8Array<ArrayBuffer> => files.find((file) => file.path === path)!.bytes;
  const config = parseAdapterConfig(utf8(bytes('adapter_config.json'), 'adapter_config.json'));
  const name = 'adapter_model.safetensors';
  return peftAdapter(config, await openSafetensors([{ name, file: new Blob([bytes(name)]) }]));
}

it('an adapter merged into its base computes what the sum of the weights does', async () => {
  const checkpoint = model.adapters[1]!;
  const tensors = merged(folder.tensors, await opened(checkpoint));
  const source = await converted(model, { quantisation: 'F32', tensors });
  const loaded = await createLlamaCpp().load(source, OPTIONS);
  expect(await difference(loaded, { config: model.config, weights: checkpoint.merged }, asked)).toBeLessThan(
    LIMIT,
  );
  // The adapter matters far more than what is allowed.
  expect(await difference(loaded, model, asked)).toBeGreaterThan(0.1);
  await loaded.unload();
});

it('a checkpoint series on one base computes what each sum of the weights does', async () => {
  const base = await converted(model, { quantisation: 'F32' });
  const names = namedTensors(folder.config);
  const onBase = async (checkpoint: RandomAdapter): Promise<ModelSource> => {
    const file = adapterGguf(
      await opened(checkpoint),
      { architecture: ggufArchitecture(folder.config), nameOf: (name) => names.get(name) },
      { fileName: `${checkpoint.name}.gguf`, type: 'F32' },
    );
    return { ...base, adapter: await modelFile(file) };
  };
  const sources = [base, ...(await Promise.all(model.adapters.map(onBase)))];
  const loaded = (await createLlamaCpp().loadSeries?.(sources, OPTIONS)) ?? [];
  expect(loaded).toHaveLength(3);
  const references = [model.weights, ...model.adapters.map((adapter) => adapter.merged)];
  for (const [i, weights] of references.entries()) {
    expect(await difference(loaded[i]!, { config: model.config, weights }, asked)).toBeLessThan(LIMIT);
  }
  for (const each of loaded) await each.unload();
});
