import { openAsBlob, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { readGguf } from './info.ts';

const folder = fileURLToPath(new URL('../../../static/models/', import.meta.url));
const models = readdirSync(folder).filter((name) => name.endsWith('.gguf'));
const base = await openAsBlob(`${folder}toy-base.gguf`);

async function failure(file: Blob): Promise<{ code: string; message: string }> {
  try {
    await readGguf(file);
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('expected a refusal');
}

/** The file with some bytes of its header overwritten. */
async function patched(offset: number, bytes: readonly number[]): Promise<Blob> {
  const copy = new Uint8Array(await base.arrayBuffer());
  copy.set(bytes, offset);
  return new Blob([copy]);
}

describe('readGguf', () => {
  it.each(models)('reads %s', async (name) => {
    const info = await readGguf(await openAsBlob(folder + name));
    expect(info).toMatchObject({
      architecture: 'llama',
      quantisation: 'Q8_0',
      parameters: 1_000_576,
      contextTokens: 512,
      cacheWidth: 4 * 2 * 128,
      hasChatTemplate: true,
    });
    expect(info.tokenizer).toMatchObject({ model: 'gpt2', pre: 'gpt-2', bos: 0, eos: 2, addBos: true });
    expect(info.tokenizer.tokens).toHaveLength(1536);
    expect(info.tokenizer.merges).toHaveLength(1276);
    expect(info.tokenizer.types.slice(0, 5)).toEqual([3, 3, 3, 3, 1]);
    expect(info.tokenizer.tokens.at(-1)).toBe('Ġlove');
  });

  it('refuses what is not a GGUF file', async () => {
    expect(await failure(new Blob(['<!doctype html><html></html>']))).toEqual({
      code: 'invalid-file',
      message: 'expected a GGUF file (first bytes 0x46554747), got 0x6f64213c',
    });
  });

  it.each([
    ['empty', 0],
    ['within the magic', 3],
    ['within the metadata', 5000],
    ['within the weights', base.size - 1000],
  ])('refuses a file cut short: %s', async (_where, size) => {
    const { code, message } = await failure(base.slice(0, size));
    expect(code).toBe('invalid-file');
    expect(message).toMatch(new RegExp(`expected at least \\d+ bytes, got ${size}`));
  });

  it.each([
    ['version 1', 4, [1, 0, 0, 0], 'model-unsupported', 'expected version 2 or 3, got 1'],
    ['big-endian', 4, [0, 0, 0, 3], 'model-unsupported', 'expected little-endian'],
    ['absurd tensor count', 12, [1, 0, 0, 0], 'invalid-file', 'number of tensors expected at most 65536'],
    ['absurd key count', 18, [0xff, 0xff], 'invalid-file', 'number of metadata keys expected at most 100000'],
    ['absurd key length', 28, [0xff], 'invalid-file', 'length of a metadata key expected at most'],
  ])('refuses %s', async (_what, offset, bytes, code, message) => {
    const refused = await failure(await patched(offset, bytes));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(message);
  });
});
