import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NEW_IMPORT,
  OLD_IMPORT,
  tinyLibrary,
  tinyMetadata,
  tinyParameters,
  wasmModule,
} from '../../../test/fixtures/mlc-library.ts';
import { AppError } from '../errors.ts';
import { openLibrary, readLibrary } from './library.ts';
import { wasmImports } from './wasm.ts';

function refusal(bytes: Uint8Array): { code: string; message: string } {
  try {
    readLibrary(bytes, 'x.wasm');
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('expected a refusal');
}

describe('readLibrary', () => {
  it('reads generation, limits and parameters without running anything', () => {
    const { generation, metadata } = readLibrary(tinyLibrary(), 'x.wasm');
    expect(generation).toBe('v0_2_48');
    expect(metadata).toEqual({
      modelType: 'qwen2',
      quantization: 'q4f32_1',
      contextWindowSize: 256,
      prefillChunkSize: 64,
      maxBatchSize: 8,
      params: tinyParameters(),
      kvCache: { layers: 2, queryHeads: 2, kvHeads: 1, headDim: 16 },
      memoryUsage: { decode: 4096, prefill: 65536 },
    });
  });

  it('tells a newer generation by its imports', () => {
    expect(readLibrary(tinyLibrary(tinyMetadata(), [NEW_IMPORT]), 'x.wasm').generation).toBe('newer');
  });

  it('keeps lengths that the weights decide, and brackets and quotes within names', () => {
    const params = [{ name: 'odd "}{" \\ name', shape: ['vocab_size', 4], dtype: 'float32' }];
    const { metadata } = readLibrary(tinyLibrary(tinyMetadata(params)), 'x.wasm');
    expect(metadata.params).toEqual(params);
  });

  it('reads what has a sliding window and no context, and no cache', () => {
    const { kv_cache: _none, ...rest } = tinyMetadata();
    const { metadata } = readLibrary(
      tinyLibrary({ ...rest, context_window_size: -1, sliding_window_size: 4096 }),
      'x.wasm',
    );
    expect(metadata).toMatchObject({ slidingWindowSize: 4096 });
    expect(metadata).not.toHaveProperty('contextWindowSize');
    expect(metadata).not.toHaveProperty('kvCache');
  });

  it('reads a file', async () => {
    const library = await openLibrary(new Blob([tinyLibrary()]), 'x.wasm');
    expect(library.metadata.modelType).toBe('qwen2');
    await expect(
      openLibrary({ size: 2 ** 31, slice: () => new Blob(), arrayBuffer: fail }, 'big.wasm'),
    ).rejects.toMatchObject({ code: 'invalid-file' });
  });

  const meta = tinyMetadata();
  const withoutBatch = { ...meta, max_batch_size: undefined };
  it.each([
    ['an empty file', new Uint8Array(), 'invalid-file', 'got an empty file'],
    ['a zip', Uint8Array.from([0x50, 0x4b, 3, 4]), 'invalid-file', 'got 50 4b 03 04'],
    ['a GGUF', new TextEncoder().encode('GGUF\x03\0\0\0'), 'invalid-file', '00 61 73 6d'],
    ['another module', tinyLibrary(meta, ['alert']), 'model-unsupported', 'got one that imports env.alert'],
    [
      'both generations at once',
      tinyLibrary(meta, [OLD_IMPORT, NEW_IMPORT]),
      'model-unsupported',
      'TVMWasmPackedCFunc* or TVMFFIWasmSafeCall*',
    ],
    ['no metadata', wasmModule({ imports: [OLD_IMPORT] }), 'invalid-file', 'with metadata'],
    [
      'metadata without an end',
      wasmModule({ imports: [OLD_IMPORT], data: '{"model_type": "qwen2", "params": [' }),
      'invalid-file',
      'never ends',
    ],
    [
      'a type unknown',
      tinyLibrary(tinyMetadata([{ name: 'a', shape: [1], dtype: 'int3' }])),
      'invalid-file',
      'int3',
    ],
    ['no parameters', tinyLibrary(tinyMetadata([])), 'invalid-file', 'expected parameters'],
    [
      'a negative length',
      tinyLibrary(tinyMetadata([{ name: 'a', shape: [-4], dtype: 'float32' }])),
      'invalid-file',
      'params.0.shape.0',
    ],
    [
      'a name twice',
      tinyLibrary(tinyMetadata([...tinyParameters(), ...tinyParameters()])),
      'invalid-file',
      'names',
    ],
    ['an older generation', tinyLibrary(withoutBatch), 'model-unsupported', 'it is older'],
  ])('refuses %s', (_what, bytes, code, part) => {
    const { code: got, message } = refusal(bytes);
    expect(got).toBe(code);
    expect(message).toContain(part);
    expect(message).toContain('x.wasm');
  });

  it('refuses every cut of the file', () => {
    const whole = tinyLibrary();
    for (let length = 0; length < whole.length; length += 7) {
      expect(refusal(whole.subarray(0, length)).code).toMatch(/^(invalid-file|model-unsupported)$/);
    }
  });

  it('names nothing but its own errors, whatever the bytes', () => {
    const whole = tinyLibrary();
    const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(change, (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        onlyOwnErrors(() => readLibrary(bytes, 'x.wasm'));
      }),
      { numRuns: 1000, seed: 31 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (tail) => {
        onlyOwnErrors(() => wasmImports(Uint8Array.from([...whole.subarray(0, 8), ...tail]), 'x.wasm'));
      }),
      { numRuns: 1000, seed: 32 },
    );
  });
});

describe('wasmImports', () => {
  it('agrees with the engine of this machine, memories and all', () => {
    const bytes = tinyLibrary();
    const own = wasmImports(bytes, 'x.wasm');
    const theirs = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    expect(own).toEqual(theirs.map(({ module, name }) => ({ module, name })));
    expect(own).toHaveLength(3);
  });
});

function fail(): Promise<ArrayBuffer> {
  return Promise.reject(new Error('a file that is too large must not be read'));
}

function onlyOwnErrors(work: () => unknown): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(['invalid-file', 'model-unsupported']).toContain(thrown.code);
  }
}
