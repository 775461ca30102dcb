import { expect, test } from 'vitest';
import { readGpu, type GpuSource } from './gpu.ts';
import { readHardware } from './hardware.ts';

test('this browser says what it has', async () => {
  const report = await readHardware();
  expect(report.cores).toBe(navigator.hardwareConcurrency);
  expect(report.isolated).toBe(crossOriginIsolated);
  expect(report.folders).toBe('showDirectoryPicker' in window);
  expect(report.quotaBytes).toBeGreaterThan(0);
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) {
    expect(report).toHaveProperty('gpuReason');
    return;
  }
  expect(report).toMatchObject({
    gpu: {
      shaderF16: adapter.features.has('shader-f16'),
      maxBufferBytes: adapter.limits.maxBufferSize,
      software: /swiftshader|llvmpipe/i.test(`${adapter.info.architecture} ${adapter.info.description}`),
    },
  });
});

const LIMITS = {
  ...{ maxBufferSize: 4, maxStorageBufferBindingSize: 3, maxComputeWorkgroupStorageSize: 2 },
  maxStorageBuffersPerShaderStage: 1,
};

/** WebGPU of a browser that has this adapter. */
function gpuWith(info: Partial<GPUAdapterInfo>, features: readonly string[]): GpuSource {
  const names = { vendor: '', architecture: '', device: '', description: '' };
  const adapter = {
    info: { ...names, isFallbackAdapter: false, ...info },
    limits: LIMITS,
    features: new Set(features),
  };
  return { requestAdapter: () => Promise.resolve(adapter) };
}

const NOTHING: readonly string[] = [];

test.each([
  ['nvidia hopper', { vendor: 'nvidia', architecture: 'hopper' }, ['shader-f16', 'subgroups'], false],
  ['x', { vendor: 'x', isFallbackAdapter: true }, NOTHING, true],
  ['google swiftshader', { vendor: 'google', architecture: 'swiftshader' }, NOTHING, true],
  ['Microsoft Basic Render Driver', { description: 'Microsoft Basic Render Driver' }, NOTHING, true],
  ['a graphics adapter without a name', {}, NOTHING, false],
])('%s', async (name, info, features, software) => {
  const shaderF16 = features.includes('shader-f16');
  const subgroups = features.includes('subgroups');
  expect(await readGpu(gpuWith(info, features))).toEqual({
    gpu: {
      ...{ name, software, shaderF16, subgroups, maxBufferBytes: 4, maxStorageBindingBytes: 3 },
      ...{ workgroupStorageBytes: 2, storageBuffersPerStage: 1 },
    },
  });
});

test.each([
  ['no adapter', () => Promise.resolve(null), 'WebGPU is there, but it found no graphics adapter'],
  [
    'a driver that fails',
    () => Promise.reject(new Error('driver crashed')),
    'WebGPU could not be asked: driver crashed',
  ],
])('%s is a reason, not an error', async (_case, requestAdapter, gpuReason) => {
  expect(await readGpu({ requestAdapter })).toEqual({ gpuReason });
});
