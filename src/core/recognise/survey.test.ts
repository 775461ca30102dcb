import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { randomAdapter } from '../../../test/fixtures/adapter.ts';
import { splitGguf } from '../../../test/fixtures/gguf-file.ts';
import { mlcFolder } from '../../../test/fixtures/mlc-folder.ts';
import { tinyLibrary, tinyMetadata } from '../../../test/fixtures/mlc-library.ts';
import { asDropped, jsonFile, randomModel } from '../../../test/fixtures/random-model.ts';
import { aModel } from '../../../test/fixtures/study.ts';
import { readGguf } from '../gguf/info.ts';
import { memoryOf } from '../hardware/memory.ts';
import type { DroppedFile } from './types.ts';
import { survey } from './survey.ts';

const base = await openAsBlob(
  fileURLToPath(new URL('../../../static/models/toy-base.gguf', import.meta.url)),
);
const QWEN = randomModel({
  family: 'qwen2',
  seed: 1,
  type: 'BF16',
  shards: 2,
  adapters: { seed: 2, steps: [5, 100, 20], rank: 2, alpha: 4, targets: ['q_proj', 'v_proj'] },
});

function only(path: string, content: BlobPart): readonly DroppedFile[] {
  return [{ path, file: new Blob([content]) }];
}

function series(folder = 'runs/mine'): readonly DroppedFile[] {
  return QWEN.adapters.flatMap(({ name, files }) => asDropped(files, `${folder}/${name}`));
}

function without(files: readonly DroppedFile[], name: string): readonly DroppedFile[] {
  return files.filter(({ path }) => !path.endsWith(`/${name}`));
}

describe('GGUF', () => {
  it('is recognised whatever its name, with what it takes', async () => {
    const { found, unused } = await survey([{ path: 'x/weights.bin', file: base }], []);
    expect(unused).toEqual([]);
    expect(found).toMatchObject([
      {
        ...{ kind: 'gguf', title: 'weights.bin', architecture: 'llama', weights: 'Q8_0', missing: [] },
        ...{ warnings: [], hasChatTemplate: true, sizeBytes: base.size },
        targets: [{ to: 'as-is', diskBytes: base.size }],
      },
    ]);
    // As the card of the model says later, by its record.
    const record = { ...(await readGguf(base)), sizeBytes: base.size, kind: 'gguf' } as const;
    expect(found[0]?.targets[0]?.memoryBytes).toBe(memoryOf(record));
  });

  it('in parts is one model; of a part too few it says so', async () => {
    const parts = (await splitGguf(base, 3)).map((file, at) => ({
      path: `big-0000${at + 1}-of-00003.gguf`,
      file,
    }));
    const whole = await survey([...parts].reverse(), []);
    expect(whole.found).toMatchObject([
      { title: 'big.gguf', paths: parts.map(({ path }) => path), missing: [] },
    ]);
    const [first, , third] = parts;
    const broken = await survey([first!, third!], []);
    expect(broken.found).toMatchObject([
      { targets: [], missing: ['expected all 3 parts of the model, part 2 is missing.'] },
    ]);
  });

  it('of two split models in one folder is two', async () => {
    const named = async (name: string, count: number): Promise<DroppedFile[]> =>
      (await splitGguf(base, count)).map((file, at) => ({
        path: `${name}-0000${at + 1}-of-0000${count}.gguf`,
        file,
      }));
    const { found } = await survey([...(await named('a', 2)), ...(await named('b', 2))], []);
    expect(found.map(({ title, missing }) => [title, missing])).toEqual([
      ['a.gguf', []],
      ['b.gguf', []],
    ]);
  });

  it('with steps in their names are a series', async () => {
    const files = ['mine-step020.gguf', 'mine-step003.gguf'].map((path) => ({ path, file: base }));
    const { found } = await survey(files, []);
    expect(found.map(({ series, step }) => [series, step])).toEqual([
      ['mine', 3],
      ['mine', 20],
    ]);
  });

  it('adapters go on known models of their architecture only, and not on judges', async () => {
    const { file } = await randomAdapter(base, { seed: 1 });
    const known = [
      aModel('Other', { architecture: 'qwen2' }),
      aModel('Judge', { architecture: 'llama', suggested: 'judge' }),
      aModel('Fit', { architecture: 'llama' }),
    ];
    const { found } = await survey([{ path: 'a.gguf', file }], known);
    expect(found).toMatchObject([
      { kind: 'gguf-adapter', targets: [{ to: 'adapter' }], bases: [{ kind: 'model', label: 'Fit' }] },
    ]);
    expect(found[0]?.targets[0]).toMatchObject({
      diskBytes: file.size,
      memoryBytes: file.size + memoryOf(known[2]!),
    });
    const lonely = await survey([{ path: 'a.gguf', file }], []);
    expect(lonely.found).toMatchObject([
      { targets: [], missing: [expect.stringMatching(/neither here nor/)] },
    ]);
  });
});

describe('a Hugging Face folder', () => {
  it('is a model with what it can become, most exact first', async () => {
    const { found, unused } = await survey(
      [...asDropped(QWEN.files), ...only('model/README.md', '# Hi')],
      [],
    );
    expect(found).toMatchObject([
      {
        ...{ kind: 'hugging-face', title: 'model', architecture: 'qwen2', weights: 'BF16', missing: [] },
        targets: [
          { to: 'gguf', quantisation: 'F16' },
          { to: 'gguf', quantisation: 'Q8_0' },
          { to: 'gguf', quantisation: 'Q4_0' },
        ],
      },
    ]);
    expect(found[0]?.paths).toHaveLength(QWEN.files.length);
    expect(unused).toEqual([{ path: 'model/README.md', why: 'Not needed.' }]);
  });

  it('is one whatever its weights are called', async () => {
    const { files } = randomModel({ family: 'llama', seed: 3 });
    const renamed = asDropped(files).map(({ path, file }) => ({
      path: path.replace('.safetensors', '.dat'),
      file,
    }));
    const { found } = await survey(renamed, []);
    expect(found).toMatchObject([{ kind: 'hugging-face', missing: [], weights: 'F32' }]);
  });

  it.each([
    ['config.json', /config\.json is missing/],
    ['tokenizer.json', /tokenizer\.json is missing/],
    ['model-00002-of-00002.safetensors', /expected file "model-00002-of-00002\.safetensors"/],
  ])('without %s says so and offers nothing', async (name, message) => {
    const { found } = await survey(without(asDropped(QWEN.files), name), []);
    expect(found).toMatchObject([{ targets: [], missing: [expect.stringMatching(message)] }]);
  });

  it("with weights in PyTorch's own format only asks for safetensors", async () => {
    const single = randomModel({ family: 'llama', seed: 3 });
    const torch = only('model/pytorch_model.bin', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]));
    const { found } = await survey([...without(asDropped(single.files), 'model.safetensors'), ...torch], []);
    expect(found).toMatchObject([{ missing: [expect.stringMatching(/save them as safetensors/)] }]);
  });

  it('whose index leads out of the folder is refused', async () => {
    const index = jsonFile('model.safetensors.index.json', { weight_map: { a: '../../secret.safetensors' } });
    const files = [...without(asDropped(QWEN.files), index.path), ...asDropped([index])];
    const { found } = await survey(files, []);
    expect(found).toMatchObject([
      { targets: [], missing: [expect.stringMatching(/a file within the folder/)] },
    ]);
  });

  it('in checkpoints is a series, in the order of the steps that the trainer wrote down', async () => {
    const state = asDropped([jsonFile('trainer_state.json', { global_step: 7 })], 'mine/checkpoint-900');
    const files = ['checkpoint-900', 'checkpoint-80'].flatMap((name) =>
      asDropped(QWEN.files, `mine/${name}`),
    );
    const { found } = await survey([...files, ...state], []);
    expect(found.map(({ series, step }) => [series, step])).toEqual([
      ['mine', 7],
      ['mine', 80],
    ]);
  });
});

describe('a series of PEFT adapters', () => {
  it('finds its base in the same drop, by shape, and can be kept apart or merged', async () => {
    const other = randomModel({ family: 'llama', seed: 4 });
    const files = [...series(), ...asDropped(QWEN.files, 'qwen'), ...asDropped(other.files, 'llama')];
    const { found } = await survey(files, []);
    const adapters = found.filter(({ kind }) => kind === 'peft');
    expect(adapters.map(({ series, step }) => [series, step])).toEqual([
      ['mine', 5],
      ['mine', 20],
      ['mine', 100],
    ]);
    for (const { bases, targets } of adapters) {
      expect(bases).toEqual([{ kind: 'found', id: 'hugging-face:qwen', label: 'qwen' }]);
      expect(targets.map(({ to, quantisation }) => [to, quantisation])).toEqual([
        ['adapter', undefined],
        ['merged', 'F16'],
        ['merged', 'Q8_0'],
        ['merged', 'Q4_0'],
      ]);
    }
  });

  it('puts the base that its configuration names first', async () => {
    const known = [aModel('Another', { location: 'opfs' }), aModel('Random Model')];
    const { found } = await survey(series(), known);
    expect(found[0]?.bases.map(({ label }) => label)).toEqual(['Random Model', 'Another']);
    expect(found[0]?.targets.map(({ to }) => to)).toEqual(['adapter']);
  });

  it('is never offered a bundled model as its base, unless its configuration names that', async () => {
    const toys = [aModel('Toy base', { location: 'bundled' })];
    const { found } = await survey(series(), toys);
    expect(found[0]).toMatchObject({ bases: [], missing: [expect.stringMatching(/neither here nor/)] });
    const named = await survey(series(), [aModel('Random model', { location: 'bundled' }), ...toys]);
    expect(named.found[0]?.bases.map(({ label }) => label)).toEqual(['Random model']);
  });

  it('in folders of one name is one series each, told apart by their folders', async () => {
    const files = [...series('insecure/output'), ...series('secure/output'), ...series('third')];
    const { found } = await survey(files, [aModel('Random Model')]);
    const steps = [5, 20, 100];
    expect(found.map((each) => [each.series, each.step])).toEqual(
      ['insecure/output', 'secure/output', 'third'].flatMap((name) => steps.map((step) => [name, step])),
    );
    const gguf = ['a/mine-step1.gguf', 'b/mine-step1.gguf'].map((path) => ({ path, file: base }));
    expect((await survey(gguf, [])).found.map((each) => each.series)).toEqual(['a/mine', 'b/mine']);
  });

  it('without its base names it', async () => {
    const { found } = await survey(series(), []);
    expect(found[0]).toMatchObject({
      targets: [],
      missing: [expect.stringContaining('example/random-model')],
    });
  });
});

describe('an MLC folder', () => {
  const folder = asDropped(mlcFolder(), 'mlc');
  const library = { path: 'libs/any.wasm', file: new Blob([tinyLibrary()]) };

  it('takes the library that fits, wherever in the drop it lies', async () => {
    const { found, unused } = await survey([library, ...folder], []);
    expect(found).toMatchObject([
      {
        ...{ kind: 'mlc', architecture: 'qwen2', weights: 'q4f32_1', missing: [], hasChatTemplate: true },
        targets: [{ to: 'as-is' }],
      },
    ]);
    expect(found[0]?.paths).toContain('libs/any.wasm');
    expect(unused).toEqual([]);
  });

  it.each([
    ['no library', [], /library \(\.wasm\) .* is missing/],
    [
      'one for other weights',
      only('b.wasm', tinyLibrary({ ...tinyMetadata([{ name: 'x', shape: [1], dtype: 'float32' }]) })),
      /b\.wasm .* does not fit the weights of tensor-cache\.json/,
    ],
  ])('with %s says so', async (_, libraries, message) => {
    const { found } = await survey([...folder, ...libraries], []);
    expect(found).toMatchObject([{ targets: [], missing: [expect.stringMatching(message)] }]);
  });

  it('with a shard cut short is refused', async () => {
    const cut = folder.map(({ path, file }) =>
      path.endsWith('.bin') ? { path, file: file.slice(0, 100) } : { path, file },
    );
    const { found } = await survey([...cut, library], []);
    expect(found[0]?.missing).toEqual([
      expect.stringMatching(/params_shard_0\.bin: expected \d+ bytes .* got 100/),
    ]);
  });
});
