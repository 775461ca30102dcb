import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedModel, LoadOptions, Prompt } from '../../src/core/engine.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { createWebLlm } from '../../src/engines/webllm/engine.ts';
import { ask, codeOf, OPTIONS, PROMPT } from '../contract/engine-contract.ts';
import { bundledFile, sourceOf } from './engine-models.ts';
import { createStandIn, folderSource, toyFolder, type Files } from './webllm-folder.ts';

const GPU: LoadOptions = { ...OPTIONS, device: 'webgpu' };
const folder = await toyFolder();

async function loadError(change: (files: Files) => void, checksums: Readonly<Record<string, string>> = {}) {
  const files = new Map(folder);
  change(files);
  const loading = createStandIn().load(await folderSource(files, checksums), GPU);
  return loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

async function edited(name: string, change: (text: string) => string): Promise<Blob> {
  return new Blob([change(await folder.get(name)!.text())]);
}

describe('loading a folder', () => {
  it.each(['mlc-chat-config.json', 'ndarray-cache.json', 'params_shard_0.bin', 'tokenizer.json', 'toy.wasm'])(
    'refuses one without %s',
    async (name) => {
      expect(await loadError((files) => files.delete(name))).toMatchObject({ code: 'not-found' });
    },
  );

  it('refuses a file whose checksum is another', async () => {
    const wrong = { 'tokenizer.json': '0'.repeat(64) };
    expect(await loadError(() => undefined, wrong)).toMatchObject({ code: 'model-checksum' });
  });

  it('refuses weights that the library was not compiled for, naming both', async () => {
    const index = await edited('ndarray-cache.json', (text) =>
      text.replace('output_norm.weight', 'other.weight'),
    );
    const error = await loadError((files) => files.set('ndarray-cache.json', index));
    expect(error).toMatchObject({ code: 'model-unsupported' });
    expect(String(error)).toMatch(/output_norm\.weight is in toy\.wasm, but not in ndarray-cache\.json/);
  });

  it('refuses weights cut short and a library that is none', async () => {
    const shard = folder.get('params_shard_0.bin')!;
    const short = await loadError((files) => files.set('params_shard_0.bin', shard.slice(0, shard.size - 4)));
    expect(short).toMatchObject({ code: 'invalid-file' });
    expect(await loadError((files) => files.set('toy.wasm', new Blob(['no'])))).toMatchObject({
      code: 'invalid-file',
    });
  });

  it('refuses damaged weights', async () => {
    const shard = folder.get('params_shard_0.bin')!;
    const damaged = new Blob([shard.slice(0, shard.size - 400_000), new Uint8Array(400_000).fill(0xff)]);
    expect(await loadError((files) => files.set('params_shard_0.bin', damaged))).toMatchObject({
      code: 'engine-crashed',
    });
  });

  it('does not run on a CPU, and puts no adapter on', async () => {
    const source = await folderSource(folder);
    expect(await codeOf(createStandIn().load(source, OPTIONS))).toBe('invalid-option');
    expect(await codeOf(createStandIn().load({ ...source, adapter: source.files[0]! }, GPU))).toBe(
      'model-unsupported',
    );
  });

  it('finds its files under a folder, beside which the library may lie', async () => {
    const files = new Map(
      [...folder].map(([name, blob]) => [name.endsWith('.wasm') ? name : `toy/${name}`, blob]),
    );
    const model = await createStandIn().load(await folderSource(files), GPU);
    expect(await model.tokenize('57')).toHaveLength(1);
    await model.unload();
  });

  it('ends with an error of ours where WebLLM cannot run a library', async () => {
    const error: unknown = await createWebLlm()
      .load(await folderSource(folder), GPU)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model-load' });
    expect(String(error)).toMatch(/WebLLM/);
  });
});

describe('a loaded model', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await createStandIn().load(await folderSource(folder), { ...GPU, batch: 16 });
  });
  afterAll(() => model.unload());

  it('has checked itself and says how fast it is', () => {
    expect(model.facts.checks?.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['repeat', 'passed'],
      ['batch', 'passed'],
      ['fork', 'passed'],
    ]);
    for (const { difference, tolerance } of model.facts.checks ?? [])
      expect(difference).toBeLessThanOrEqual(tolerance!);
    expect(model.facts.speed?.prefillTokensPerS).toBeGreaterThan(0);
    expect(model.facts.speed?.decode.map(({ batch }) => batch)).toEqual([1, 4, 16]);
    expect(model.facts.engineVersion).toMatch(/stand-in/);
  });

  it('sees one begin-of-sequence token and the tokens of the template', async () => {
    const rendered = '<|im_start|>user\nI am bored. What should I do?<|im_end|>\n<|im_start|>assistant\n';
    const expected = 1 + (await model.tokenize(rendered)).length;
    const raw: Prompt = { kind: 'raw', text: `<|endoftext|>${rendered}` };
    const [chat] = await model.sample(ask());
    expect(chat).toMatchObject({ promptTokens: expected });
    expect(await model.sample(ask({ prompt: raw }))).toEqual([chat]);
    expect(await model.sample(ask({ prompt: { kind: 'raw', text: rendered } }))).toEqual([chat]);
  });

  it('answers with a text even where the model draws bytes that are none', async () => {
    const seeds = Array.from({ length: 12 }, (_, i) => i);
    const samples = await model.sample(ask({ seeds, temperature: 20, maxTokens: 40 }));
    expect(samples).toHaveLength(12);
    expect(samples.some(({ text }) => text.includes('\uFFFD'))).toBe(true);
  });

  it('forces halves of characters, which are tokens as others are', async () => {
    const [scored] = await model.score(PROMPT, ['\u{1F600}']);
    expect(scored!.tokens.length).toBeGreaterThan(1);
    expect(scored!.logprob).toBeLessThan(0);
  });

  it('gives the log-probabilities that llama.cpp gives for the same weights', async () => {
    const other = await createLlamaCpp().load(await sourceOf(await bundledFile('toy-base.gguf')), OPTIONS);
    const theirs = new Map((await other.nextToken(PROMPT, 40)).map(({ id, logprob }) => [id, logprob]));
    const ours = await model.nextToken(PROMPT, 40);
    expect(ours[0]!.id).toBe([...theirs.keys()][0]);
    for (const { id, logprob } of ours.slice(0, 20)) {
      // llama.cpp rounds what goes into a product with 8-bit weights to 8 bits as well.
      expect(Math.abs(theirs.get(id)! - logprob)).toBeLessThan(0.1);
    }
    await other.unload();
  });
});

it('works without shared prompts, and gives the same', async () => {
  const source = await folderSource(folder);
  const [shared, unshared] = [createStandIn(), createStandIn('shared prompts')];
  const models = [await shared.load(source, GPU), await unshared.load(source, GPU)];
  const [one, other] = await Promise.all(models.map((model) => model.sample(ask({ seeds: [1, 2, 3] }))));
  expect(other).toEqual(one);
  expect(models[1]!.facts.checks?.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['repeat', 'passed'],
    ['batch', 'skipped'],
    ['fork', 'skipped'],
  ]);
  for (const model of models) await model.unload();
});

it('tells of a lost device, which ends every call', async () => {
  const model = await createStandIn('a lasting device').load(await folderSource(folder), GPU);
  const calls = [1, 2].map((seed) => model.sample(ask({ seeds: [seed], maxTokens: 60 })));
  expect(await Promise.all(calls.map(codeOf))).toEqual(['device-lost', 'device-lost']);
  expect(await codeOf(model.nextToken(PROMPT, 3))).toBe('device-lost');
});
