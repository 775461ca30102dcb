import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { local, hashOf, modelsFixture, type ModelsFixture } from '../../test/fixtures/models-state.ts';
import { libraryFor } from '../../test/fixtures/mlc-for-folder.ts';
import { tinyLibrary } from '../../test/fixtures/mlc-library.ts';
import { randomModel, type RandomFile } from '../../test/fixtures/random-model.ts';
import { checkFits, readGgufAdapter } from '../core/gguf/adapter.ts';
import { readGguf } from '../core/gguf/info.ts';
import { openHfFolder } from '../core/huggingface/folder.ts';
import { adaptedHash } from '../core/model-hash.ts';
import type { ModelRecord } from '../core/model.ts';
import type { LocalFile } from './types.ts';

let at: ModelsFixture;
const QWEN = randomModel({
  family: 'qwen2',
  seed: 1,
  type: 'BF16',
  shards: 2,
  adapters: { seed: 2, steps: [10, 20, 30], rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] },
});

beforeEach(async () => {
  at = await modelsFixture();
});

afterEach(async () => {
  await at.end();
});

function under(folder: string, files: readonly RandomFile[]): readonly LocalFile[] {
  return files.map(({ path, bytes }) => local(`${folder}/${path}`, bytes));
}

function series(folder = 'tuned'): readonly LocalFile[] {
  return QWEN.adapters.flatMap(({ name, files }) => under(`${folder}/${name}`, files));
}

/** Everything that can be found, each with one of its targets. */
async function accept(files: readonly LocalFile[], wanted: string): Promise<readonly ModelRecord[]> {
  await at.models.inspect(files);
  const choices = at.models.review!.found.flatMap(({ id, targets, bases }) => {
    const target = targets.find(({ to, quantisation = '' }) => `${to} ${quantisation}`.trim() === wanted);
    const [base] = bases;
    return target === undefined ? [] : [{ id, target, ...(base === undefined ? {} : { base }) }];
  });
  return at.models.accept(choices, { link: false });
}

async function blobOf(model: ModelRecord): Promise<Blob> {
  const [file] = at.models.source(model.sha256, '').files;
  return new Blob([await (await file!.open()).arrayBuffer()]);
}

describe('a Hugging Face folder', () => {
  it.each(['F16', 'Q8_0', 'Q4_0'])(
    'becomes a GGUF model in %s, with every source by its hash',
    async (type) => {
      const files = under('my-model', QWEN.files);
      const [added] = await accept(files, `gguf ${type}`);
      expect(at.models.error).toBeUndefined();
      expect(added).toMatchObject({
        ...{
          kind: 'gguf',
          label: 'my-model',
          fileName: 'my-model',
          architecture: 'qwen2',
          quantisation: type,
        },
        provenance: {
          origin: 'hugging-face',
          conversion: `Assay 0.2.0: safetensors BF16 to GGUF ${type}`,
        },
      });
      const info = await readGguf(await blobOf(added!));
      expect(info).toMatchObject({ architecture: 'qwen2', parameters: added!.parameters });
      const sources = new Map(added!.provenance!.sources.map(({ name, sha256 }) => [name, sha256]));
      for (const { path, file } of files) expect(sources.get(path)).toBe(await hashOf(file));
      expect(await at.left()).toHaveLength(1);
      expect(await hashOf(await blobOf(added!))).toBe(added!.sha256);
    },
  );

  it('with a weight that is not a number is refused, and nothing stays', async () => {
    const broken = QWEN.files.map(({ path, bytes }) => {
      if (!path.startsWith('model-00001')) return { path, bytes };
      const copy = Uint8Array.from(bytes);
      copy.set([0xc0, 0x7f], copy.length - 2); // a NaN of bfloat16
      return { path, bytes: copy };
    });
    expect(await at.models.add(under('nan', broken))).toEqual([]);
    expect(at.models.error).toMatchObject({ code: 'invalid-file' });
    expect(at.models.error?.message).toMatch(/nan: .*(NaN|not finite|finite)/i);
    expect(await at.left()).toEqual([]);
  });

  it.each<[string, (name: string) => boolean, RegExp]>([
    ['its tokenizer', (name) => name !== 'tokenizer.json', /tokenizer\.json is missing/],
    ['a shard', (name) => !name.startsWith('model-00002'), /model-00002-of-00002\.safetensors/],
  ])('without %s is refused', async (_, keep, message) => {
    expect(
      await at.models.add(
        under(
          'half',
          QWEN.files.filter(({ path }) => keep(path)),
        ),
      ),
    ).toEqual([]);
    expect(at.models.error?.message).toMatch(message);
    expect(await at.left()).toEqual([]);
  });
});

describe('with a model library in the drop', () => {
  async function library(): Promise<LocalFile> {
    const { modelType, quantization, prefillChunkSize, maxBatchSize, params, kvCache, memoryUsage } =
      libraryFor(await openHfFolder(under('base', QWEN.files)), 'q4f32_1');
    return local(
      'libs/model.wasm',
      tinyLibrary({
        ...{ model_type: modelType, quantization, context_window_size: 256, params },
        ...{ prefill_chunk_size: prefillChunkSize, max_batch_size: maxBatchSize, memory_usage: memoryUsage },
        kv_cache: {
          num_hidden_layers: kvCache!.layers,
          num_attention_heads: kvCache!.queryHeads,
          num_key_value_heads: kvCache!.kvHeads,
          head_dim: kvCache!.headDim,
        },
      }),
    );
  }

  it('a Hugging Face folder becomes a model in MLC format that is recognised as one', async () => {
    const [added] = await accept([...under('base', QWEN.files), await library()], 'mlc q4f32_1');
    expect(at.models.error).toBeUndefined();
    expect(added).toMatchObject({
      ...{ kind: 'mlc', label: 'base', architecture: 'qwen2', quantisation: 'q4f32_1' },
      provenance: { conversion: 'Assay 0.2.0: safetensors BF16 to MLC q4f32_1' },
    });
    expect(added?.provenance?.sources.map(({ name }) => name)).toContain('libs/model.wasm');
    const { files } = at.models.source(added!.sha256, '');
    const written = await Promise.all(
      files.map(async (file) => local(`again/${file.name}`, await (await file.open()).arrayBuffer())),
    );
    await at.models.inspect(written);
    expect(at.models.review?.found).toMatchObject([{ kind: 'mlc', missing: [], targets: [{ to: 'as-is' }] }]);
  });

  it('adapters merge into it', async () => {
    const added = await accept(
      [...series(), ...under('base', QWEN.files), await library()],
      'merged q4f32_1',
    );
    expect(at.models.error).toBeUndefined();
    expect(added.map(({ kind, step }) => [kind, step])).toEqual([10, 20, 30].map((step) => ['mlc', step]));
    for (const { provenance } of added)
      expect(provenance?.sources.map(({ name }) => name)).toContain('libs/model.wasm');
  });
});

describe('a series of PEFT adapters', () => {
  it('shares one base, and every step is a model of its own', async () => {
    const added = await at.models.add([...series(), ...under('base', QWEN.files)]);
    expect(at.models.error).toBeUndefined();
    expect(added.map(({ label }) => label)).toEqual([
      'base',
      'tuned, step 10',
      'tuned, step 20',
      'tuned, step 30',
    ]);
    const [base, ...steps] = added;
    const info = await readGguf(await blobOf(base!));
    for (const [n, model] of steps.entries()) {
      const source = at.models.source(model.sha256, '');
      expect(source.files.map(({ sha256 }) => sha256)).toEqual([base!.sha256]);
      const file = new Blob([await (await source.adapter!.open()).arrayBuffer()]);
      checkFits(await readGgufAdapter(file), info);
      expect(model).toMatchObject({
        ...{ series: 'tuned', step: 10 * (n + 1), base: base!.sha256 },
        sha256: adaptedHash(base!.sha256, await hashOf(file)),
        provenance: {
          origin: 'peft',
          conversion: 'Assay 0.2.0: PEFT LoRA to GGUF LoRA F32',
          adapter: {
            ...{ rank: 2, alpha: 4, targets: ['down_proj', 'q_proj'], baseName: 'example/random-model' },
            ...{ applied: 'at-run-time', base: base!.sha256 },
          },
        },
      });
      expect(model.provenance?.sources.map(({ name }) => name)).toEqual([
        `tuned/checkpoint-${10 * (n + 1)}/adapter_config.json`,
        `tuned/checkpoint-${10 * (n + 1)}/adapter_model.safetensors`,
      ]);
    }
  });

  it('goes on a base that is here already', async () => {
    const [base] = await at.models.add(under('base', QWEN.files));
    await at.models.inspect(series());
    const found = at.models.review!.found;
    const mine = found[0]?.bases.find((one) => one.kind === 'model' && one.sha256 === base!.sha256);
    const added = await at.models.accept(
      found.map(({ id, targets }) => ({ id, target: targets[0]!, base: mine! })),
      { link: false },
    );
    expect(added.map(({ base: on, step }) => [on, step])).toEqual(
      [10, 20, 30].map((step) => [base!.sha256, step]),
    );
  });

  it('can be merged into its base, which is then not kept', async () => {
    const added = await accept([...series(), ...under('base', QWEN.files)], 'merged F16');
    expect(at.models.error).toBeUndefined();
    expect(added).toHaveLength(3);
    for (const model of added) {
      expect(model.base).toBeUndefined();
      expect(model.provenance).toMatchObject({
        conversion: 'Assay 0.2.0: safetensors BF16 to GGUF F16, with a LoRA adapter merged in',
        adapter: { applied: 'merged' },
      });
      expect(model.provenance?.adapter?.base).toMatch(/^[0-9a-f]{64}$/);
      expect(model.provenance?.sources).toHaveLength(QWEN.files.length + 2);
    }
    expect(new Set(added.map(({ sha256 }) => sha256)).size).toBe(3);
    expect(await at.left()).toHaveLength(3);
  });

  it('merged into a base that is kept too names its record, and stands behind it', async () => {
    await at.models.inspect([...series(), ...under('base', QWEN.files)]);
    const found = at.models.review!.found;
    const choices = found.flatMap(({ id, kind, targets, bases }) => {
      const wanted = kind === 'peft' ? ['merged Q8_0'] : ['gguf F16', 'gguf Q8_0'];
      return targets
        .filter(({ to, quantisation }) => wanted.includes(`${to} ${quantisation ?? ''}`))
        .map((target) => ({ id, target, ...(kind === 'peft' ? { base: bases[0]! } : {}) }));
    });
    const added = await at.models.accept(choices.toReversed(), { link: false });
    expect(at.models.error).toBeUndefined();
    expect(added.map(({ quantisation }) => quantisation).sort()).toEqual([
      'F16',
      'Q8_0',
      'Q8_0',
      'Q8_0',
      'Q8_0',
    ]);
    const base = added.find(
      (model) => model.quantisation === 'Q8_0' && model.provenance?.adapter === undefined,
    );
    const adapters = added.flatMap(({ provenance }) => provenance?.adapter ?? []);
    expect(adapters.map((adapter) => adapter.base)).toEqual(Array(3).fill(base!.sha256));
    expect(added.map(({ provenance }) => provenance?.sources.length)).toEqual(
      [0, 0, 2, 2, 2].map((own) => QWEN.files.length + own),
    );
  });

  it('for another base is refused, and what was imported before stays', async () => {
    const other = randomModel({ family: 'qwen2', seed: 5, config: { hidden_size: 128 } });
    const [base] = await at.models.add(under('other', other.files));
    await at.models.inspect(series());
    const [find] = at.models.review!.found;
    const choice = { kind: 'model', sha256: base!.sha256, label: base!.label } as const;
    const added = await at.models.accept([{ id: find!.id, target: find!.targets[0]!, base: choice }], {
      link: false,
    });
    expect(added).toEqual([]);
    expect(at.models.error).toMatchObject({ code: 'model-unsupported' });
    expect(at.models.error?.message).toMatch(/checkpoint-10: the adapter is for another base/);
    expect(await at.left()).toHaveLength(1);
  });
});
