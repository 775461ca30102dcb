import { describe, expect, it } from 'vitest';
import { fitsLlamacpp, footprint, haveRoom, memoryOf, roomOf, takenOn, type ModelSize } from './memory.ts';
import type { HardwareReport } from './types.ts';

const GIB = 2 ** 30;
const LOAD = { batch: 8, contextTokens: 4096 };

describe('what a model takes in memory', () => {
  it('is its weights and the context of each request', () => {
    // Qwen2-0.5B: 24 layers, 2 heads of 64 for keys and values: 24 x 2 x 2 x 64 numbers, 24.6 KB a token (docs of MLC's cache).
    const qwen = { sizeBytes: 309e6, cacheWidth: 24 * 2 * 2 * 64, contextTokens: 32_768 };
    const found = footprint(qwen, LOAD);
    expect(found.cacheBytes).toBe(24_576 * 4096 * 8);
    expect(found.totalBytes).toBeCloseTo(309e6 * 1.1 + 24_576 * 4096 * 8, 0);
  });

  it('has no longer context than the model was trained with', () => {
    const short = { sizeBytes: 1e6, cacheWidth: 100, contextTokens: 512 };
    expect(footprint(short, LOAD).cacheBytes).toBe(100 * 4 * 512 * 8);
  });

  it('of an MLC model that computes in 16-bit floats has half the context, whatever else it is', () => {
    const model = { sizeBytes: 1e9, cacheWidth: 24_576, contextTokens: 4096 };
    const cache = (more: Partial<ModelSize>): number => footprint({ ...model, ...more }, LOAD).cacheBytes;
    expect(cache({ kind: 'mlc', quantisation: 'q4f16_1' })).toBe(24_576 * 2 * 4096 * 8);
    expect(cache({ kind: 'mlc', quantisation: 'q4f32_1' })).toBe(24_576 * 4 * 4096 * 8);
    expect(cache({ kind: 'gguf', quantisation: 'F16' })).toBe(24_576 * 4 * 4096 * 8);
  });

  it('is told for one request of at most 4096 tokens, and llama.cpp has room for it up to 3.7 GB', () => {
    const told = (sizeBytes: number): number =>
      memoryOf({ sizeBytes, cacheWidth: 1000, contextTokens: 131_072 });
    expect(told(1e9)).toBe(1.1e9 + 1000 * 4 * 4096);
    // A file of 3.13 GiB loaded (docs of wllama's measurements).
    expect(fitsLlamacpp(memoryOf({ sizeBytes: 3.13 * GIB, cacheWidth: 100 }))).toBe(true);
    expect(fitsLlamacpp(told(4.13 * GIB))).toBe(false);
  });

  it('of unknown width is guessed from the weights, more for more of them', () => {
    const small = footprint({ sizeBytes: 1e9, parameters: 1e9 }, LOAD).cacheBytes;
    expect(small).toBeGreaterThan(0);
    expect(footprint({ sizeBytes: 1e9, parameters: 7e9 }, LOAD).cacheBytes).toBeCloseTo(7 * small, -3);
  });

  it('on the CPU ends where WebAssembly ends', () => {
    const large = footprint({ sizeBytes: 3 * GIB, cacheWidth: 1e6 }, LOAD);
    expect(takenOn('cpu', large)).toBe(3.7e9);
    expect(takenOn('webgpu', large)).toBe(large.totalBytes);
  });
});

describe('room for two models at once', () => {
  const report: HardwareReport = {
    ...{ cores: 8, isolated: true, persisted: true, folders: true, memoryBytes: 8 * GIB },
    gpu: {
      ...{ name: 'card', software: false, shaderF16: true, subgroups: true, maxBufferBytes: 2 * GIB },
      ...{ maxStorageBindingBytes: GIB, workgroupStorageBytes: 1, storageBuffersPerStage: 8 },
    },
  };

  it.each([
    ['both small, on the CPU', report, 0, ['cpu 1', 'cpu 2'], true],
    ['together more than the usable memory', report, 0, ['cpu 3', 'cpu 4'], false],
    ['each on a device of its own', report, 0, ['cpu 5', 'webgpu 4'], true],
    ['together more than a GPU surely has', report, 0, ['webgpu 2', 'webgpu 3'], false],
    ['proven by a larger model that ran there', report, 6 * GIB, ['webgpu 2', 'webgpu 3'], true],
    ['unknown memory, both small', undefined, 0, ['cpu 1', 'cpu 1'], true],
    ['unknown memory, one of them large', undefined, 0, ['cpu 1', 'cpu 3'], false],
    ['nothing at all', report, 0, [], true],
  ] as const)('%s', (_case, offered, proven, models, expected) => {
    const residents = models.map((each) => {
      const [device, gibibytes] = each.split(' ');
      return { device: device === 'cpu' ? 'cpu' : 'webgpu', bytes: Number(gibibytes) * GIB } as const;
    });
    expect(haveRoom(residents, roomOf(offered, proven))).toBe(expected);
  });
});
