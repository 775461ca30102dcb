import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelsFixture, type ModelsFixture } from '../fixtures/models-state.ts';
import { jsonFile, numberOf, randomModel } from '../fixtures/random-model.ts';
import type { LocalFile } from '../../src/state/types.ts';

/** Sizes of Qwen2-0.5B with half its layers; 16-bit weights of some 360 MB. */
const SIZES = {
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
} as const;
const LAYERS = 12;
const PIECE_BYTES = 8 * 1024 * 1024;
const MB = 1e6;

let folder: FileSystemDirectoryHandle;
let fixture: ModelsFixture;
let files: readonly LocalFile[];
let sourceBytes = 0;

beforeAll(async () => {
  fixture = await modelsFixture();
  folder = await fixture.root.getDirectoryHandle('source', { create: true });
  files = await source();
  sourceBytes = files.reduce((sum, { file }) => sum + file.size, 0);
}, 120_000);
afterAll(() => fixture.end());

/** Numbers of both signs between 2^-7 and 1 in 16 bits, by a generator with a fixed start. */
function noise(): Uint8Array<ArrayBuffer> {
  const numbers = new Uint16Array(PIECE_BYTES / 2);
  let state = 1;
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    numbers[i] = ((state >>> 16) & 0x83ff) | ((8 + (state % 7)) << 10);
  }
  return new Uint8Array(numbers.buffer);
}

function layer(i: number): readonly (readonly [string, readonly number[]])[] {
  const { hidden_size: hidden, intermediate_size: inner } = SIZES;
  const at = `model.layers.${i}`;
  return [
    [`${at}.self_attn.q_proj.weight`, [hidden, hidden]],
    [`${at}.self_attn.q_proj.bias`, [hidden]],
    ...['k_proj', 'v_proj'].flatMap((name) => [
      [`${at}.self_attn.${name}.weight`, [128, hidden]] as const,
      [`${at}.self_attn.${name}.bias`, [128]] as const,
    ]),
    [`${at}.self_attn.o_proj.weight`, [hidden, hidden]],
    ...['gate_proj', 'up_proj'].map((name) => [`${at}.mlp.${name}.weight`, [inner, hidden]] as const),
    [`${at}.mlp.down_proj.weight`, [hidden, inner]],
    [`${at}.input_layernorm.weight`, [hidden]],
    [`${at}.post_attention_layernorm.weight`, [hidden]],
  ];
}

/** A Hugging Face folder on the disk of this origin; its weights are noise in F16. */
async function source(): Promise<readonly LocalFile[]> {
  const small = randomModel({ family: 'qwen2', seed: 1, config: { ...SIZES, num_hidden_layers: 0 } });
  const config = { ...small.config, num_hidden_layers: LAYERS, torch_dtype: 'float16' };
  const jsons = small.files
    .filter(({ path }) => path.endsWith('.json') && path !== 'config.json')
    .concat(jsonFile('config.json', config))
    .map(({ path, bytes }) => ({ path: `big/${path}`, file: new File([bytes], path) }));
  const rows = numberOf(small.config, 'vocab_size');
  const shapes = [
    ['model.embed_tokens.weight', [rows, SIZES.hidden_size]] as const,
    ...Array.from({ length: LAYERS }, (_, i) => layer(i)).flat(),
    ['model.norm.weight', [SIZES.hidden_size]] as const,
  ];
  let end = 0;
  const header = shapes.map(([name, shape]) => {
    const start = end;
    end += 2 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: 'F16', shape, data_offsets: [start, end] }] as const;
  });
  const weights = await written('model.safetensors', Object.fromEntries(header), end);
  return [...jsons, { path: 'big/model.safetensors', file: weights }];
}

async function written(name: string, header: object, bytes: number): Promise<File> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  const handle = await folder.getFileHandle(name, { create: true });
  const stream = await handle.createWritable();
  await stream.write(length);
  await stream.write(padded);
  const block = noise();
  for (let at = 0; at < bytes; at += PIECE_BYTES)
    await stream.write(block.subarray(0, Math.min(PIECE_BYTES, bytes - at)));
  await stream.close();
  return handle.getFile();
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function readAll(): Promise<void> {
  for (const { file } of files)
    for (let at = 0; at < file.size; at += PIECE_BYTES) await file.slice(at, at + PIECE_BYTES).arrayBuffer();
}

async function importAs(wanted: string): Promise<void> {
  await fixture.models.inspect(files);
  const choices = fixture.models.review!.found.flatMap(({ id, targets }) => {
    const target = targets.find(({ to, quantisation }) => to === 'gguf' && quantisation === wanted);
    return target === undefined ? [] : [{ id, target }];
  });
  const [model] = await fixture.models.accept(choices, { link: false });
  expect(fixture.models.error).toBeUndefined();
  await fixture.models.remove(model!.sha256);
}

test('import of a Hugging Face folder against reading it', async () => {
  await readAll();
  const say = (what: string, s: number, read: number): void => {
    console.info(
      `${what}: ${(sourceBytes / MB / s).toFixed(0)} MB/s of source, ${((100 * read) / s).toFixed(0)} % of reading`,
    );
  };
  console.info(`source: ${(sourceBytes / MB).toFixed(0)} MB in F16`);
  for (const type of ['F16', 'Q8_0', 'Q4_0']) {
    const read = await seconds(readAll);
    say('read alone', read, read);
    say(`import as ${type}`, await seconds(() => importAs(type)), read);
  }
});
