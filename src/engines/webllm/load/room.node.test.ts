import { describe, expect, it } from 'vitest';
import { tinyMetadata, tinyLibrary } from '../../../../test/fixtures/mlc-library.ts';
import { readLibrary } from '../../../core/mlc/library.ts';
import { planRoom } from './room.ts';

function room(batch: number, contextTokens: number, change: object = {}): ReturnType<typeof planRoom> {
  const { metadata } = readLibrary(tinyLibrary({ ...tinyMetadata(), ...change }), 'x.wasm');
  return planRoom({ metadata, batch, contextTokens });
}

const CACHE = { num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, head_dim: 64 };
const QWEN = { kv_cache: CACHE, context_window_size: 4096, prefill_chunk_size: 1024, max_batch_size: 80 };

describe('planRoom', () => {
  it('gives what is asked where it fits', () => {
    const { batch, contextTokens, limits } = room(16, 1024, QWEN);
    expect({ batch, contextTokens }).toEqual({ batch: 16, contextTokens: 1024 });
    expect(limits('batched')).toEqual({
      sequences: 40,
      batch: 80,
      contextTokens: 1024,
      prefillTokens: 1024,
      pageTokens: 16,
      pages: 40 * 66,
      reads: 'any',
      continues: true,
    });
  });

  it('gives no more sequences and tokens than the library was compiled for', () => {
    expect(room(64, 1000)).toMatchObject({ batch: 8, contextTokens: 256 });
  });

  it('keeps the cache within its bytes: 24,576 a token of Qwen2-0.5B in 32-bit floats', () => {
    // 2^31 bytes hold 5461.3 pages of 16 tokens, and twice as many in 16-bit floats.
    expect(room(64, 4096, QWEN).limits('batched').pages).toBe(5461);
    expect(room(64, 4096, { ...QWEN, quantization: 'q4f16_1' }).limits('batched').pages).toBe(10922);
  });

  it('shortens the context rather than refuse', () => {
    const wide = {
      ...QWEN,
      kv_cache: { ...CACHE, num_hidden_layers: 80, num_key_value_heads: 64, head_dim: 128 },
    };
    const { contextTokens, limits } = room(4, 4096, wide);
    expect(contextTokens).toBeLessThan(4096);
    expect(limits('batched').pages).toBeGreaterThanOrEqual(2 * (Math.ceil(contextTokens / 16) + 2));
  });

  it('has room for one sequence at a time too', () => {
    expect(room(4, 100).limits('single')).toMatchObject({
      sequences: 1,
      batch: 1,
      reads: 'last',
      contextTokens: 100,
    });
  });

  it.each([
    ['no cache', { kv_cache: undefined }],
    ['a token too wide', { kv_cache: { ...CACHE, num_key_value_heads: 10_000, head_dim: 10_000 } }],
  ])('refuses a library with %s', (_name, change) => {
    expect(() => room(1, 100, change)).toThrow(/expected/);
  });
});
