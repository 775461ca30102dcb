import { describe, expect, it } from 'vitest';
import { asDropped, jsonFile, randomModel, type RandomFile } from '../../../test/fixtures/random-model.ts';
import { wholeFile } from '../convert/testing.ts';
import { convertToGguf } from '../convert/to-gguf.ts';
import { AppError } from '../errors.ts';
import { readGguf } from '../gguf/info.ts';
import { openHfFolder } from './folder.ts';

const FAMILIES = ['llama', 'mistral', 'qwen2', 'qwen3', 'gemma2', 'phi3'] as const;
const qwen2 = randomModel({ family: 'qwen2', seed: 1, shards: 2, type: 'BF16' });

async function failure(files: readonly RandomFile[]): Promise<string> {
  try {
    await openHfFolder(asDropped(files));
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('expected a refusal');
}

describe('openHfFolder', () => {
  it('reads all parts, from shards', async () => {
    const folder = await openHfFolder(asDropped(qwen2.files));
    expect(folder.config).toMatchObject({ modelType: 'qwen2', layers: 2 });
    expect(folder.special).toMatchObject({ addBos: false });
    expect(folder.chatTemplate).toContain('<|im_start|>');
    expect([...folder.tensors.keys()].sort()).toEqual([...qwen2.weights.keys()].sort());
    expect(folder.tensors.get('model.norm.weight')?.type).toBe('BF16');
  });

  it('prefers a template file, and leaves an adapter beside the model alone', async () => {
    const more = [
      { path: 'chat_template.jinja', bytes: new TextEncoder().encode('{{ messages }}') },
      { path: 'adapter_model.safetensors', bytes: new Uint8Array(3) },
    ];
    const single = randomModel({ family: 'phi3', seed: 1 });
    const folder = await openHfFolder(asDropped([...single.files, ...more]));
    expect(folder.chatTemplate).toBe('{{ messages }}');
    expect(folder.tensors.size).toBe(single.weights.size);
  });

  it.each([
    ['config.json', 'not-found: Hugging Face folder: expected a file "config.json", got none'],
    ['tokenizer.json', 'not-found: Hugging Face folder: expected a file "tokenizer.json", got none'],
    ['model-00002-of-00002.safetensors', 'not-found: safetensors index: expected file "model-00002-of-00002'],
  ])('names %s where it is missing', async (path, message) => {
    expect(await failure(qwen2.files.filter((file) => file.path !== path))).toContain(message);
  });

  it.each([
    [
      'bytes that are no text',
      { path: 'config.json', bytes: Uint8Array.of(0xff, 0xfe) },
      'config.json: expected UTF-8',
    ],
    ['an empty file', { path: 'tokenizer.json', bytes: new Uint8Array() }, 'tokenizer.json: expected JSON'],
    [
      'a wrong type',
      jsonFile('tokenizer_config.json', { eos_token: 5 }),
      'tokenizer_config.json: "eos_token"',
    ],
    ['a list for an object', jsonFile('generation_config.json', 3), 'generation_config.json: '],
  ])('names a file with %s', async (_what, file, message) => {
    expect(await failure([...qwen2.files.filter(({ path }) => path !== file.path), file])).toContain(
      `invalid-file: ${message}`,
    );
  });
});

describe('convertToGguf', () => {
  it.each(FAMILIES)('says of %s what the file says', async (family) => {
    const model = randomModel({ family, seed: 1 });
    const converted = convertToGguf(await openHfFolder(asDropped(model.files)), { quantisation: 'Q4_0' });
    expect(converted.files).toHaveLength(1);
    const info = await readGguf(new Blob([await wholeFile(converted.files[0]!)]));
    const { architecture, quantisation, contextTokens, cacheWidth, chatTemplate } = converted;
    expect(info).toMatchObject({ architecture, quantisation, contextTokens, cacheWidth, chatTemplate });
    const numbers = [...model.weights.values()].reduce((sum, weight) => sum + weight.numbers.length, 0);
    expect(converted.parameters).toBe(numbers);
    expect(info.tokenizer.tokens).toHaveLength(Number(model.config['vocab_size']));
    expect(info.tokenizer.tokens.at(-1)).toMatch(/^\[PAD\d+\]$/);
  });
});
