import { describe, expect, it } from 'vitest';
import type { Device, EngineInfo } from '../engine.ts';
import { batchFor, recommend } from './choose.ts';
import type { GpuReport, HardwareReport, MeasuredSpeed } from './types.ts';
import { routeOf, waysOf, type ModelNeeds } from './ways.ts';

function engine(
  id: string,
  kinds: EngineInfo['kinds'],
  devices: readonly Device[],
  fake = false,
): EngineInfo {
  return { id, label: id, fake, logprobs: 'full', seeded: true, devices, kinds };
}

const CPP = engine('cpp', ['gguf'], ['cpu', 'webgpu']);
const MLC = engine('mlc', ['mlc'], ['webgpu']);
const FAKE = engine('fake', ['gguf', 'mlc'], ['cpu'], true);
const ENGINES = [FAKE, CPP, MLC];

const GPU: GpuReport = {
  name: 'some card',
  software: false,
  shaderF16: true,
  subgroups: true,
  maxBufferBytes: 2 ** 31,
  maxStorageBindingBytes: 2 ** 31,
  workgroupStorageBytes: 32_768,
  storageBuffersPerStage: 10,
};
const BARE: HardwareReport = { cores: 8, isolated: true, persisted: true, folders: true };
const CARD: HardwareReport = { ...BARE, gpu: GPU };
const OLD_CARD: HardwareReport = { ...BARE, gpu: { ...GPU, shaderF16: false } };
const SOFTWARE: HardwareReport = { ...BARE, gpu: { ...GPU, software: true } };
const NO_GPU: HardwareReport = { ...BARE, gpuReason: 'this browser has no WebGPU' };

const gguf: ModelNeeds = { sha256: 'g', label: 'G', kind: 'gguf', sizeBytes: 1e9, quantisation: 'Q4_0' };
const toy: ModelNeeds = { ...gguf, sha256: 't', label: 'T', sizeBytes: 1e6 };
const mlcF16: ModelNeeds = { ...gguf, sha256: 'm', label: 'M', kind: 'mlc', quantisation: 'q4f16_1' };
const mlcF32: ModelNeeds = { ...mlcF16, quantisation: 'q4f32_1' };

function measured(
  device: Device,
  rates: readonly number[],
  parts: Partial<MeasuredSpeed> = {},
): MeasuredSpeed {
  const decode = rates.map((tokensPerS, at) => ({ batch: 4 ** at, tokensPerS }));
  const speed = { prefillTokensPerS: 100, decode };
  const rest = { checks: [], loadMs: 1, measuredAt: 1 };
  return { sha256: 'g', engine: 'cpp', device, deviceUsed: device, speed, ...rest, ...parts };
}

const wrongNumbers = [{ name: 'devices', outcome: 'failed' }] as const;

describe('the recommended engine, device and batch', () => {
  it.each([
    ['a large model on a card', [gguf], CARD, [], 'cpp webgpu 16', /On the GPU/],
    ['one so small that a GPU gains nothing', [toy], CARD, [], 'cpp cpu 8', /small a model/],
    ['both: the largest decides', [toy, gguf], CARD, [], 'cpp webgpu 16', /On the GPU/],
    ['without 16-bit shaders', [gguf], OLD_CARD, [], 'cpp cpu 8', /16-bit shaders/],
    ['with a software adapter', [gguf], SOFTWARE, [], 'cpp cpu 8', /software/],
    ['without a GPU', [gguf], NO_GPU, [], 'cpp cpu 8', /no WebGPU/],
    ['before the device is known', [gguf], undefined, [], 'cpp cpu 8', /not known yet/],
    ['MLC on a card', [mlcF16], CARD, [], 'mlc webgpu 16', /GPU only/],
    ['32-bit MLC without 16-bit shaders', [mlcF32], OLD_CARD, [], 'mlc webgpu 16', /GPU only/],
    ['MLC with a software adapter', [mlcF16], SOFTWARE, [], 'mlc webgpu 16', /slow/],
    [
      'measured: the CPU was faster',
      [gguf],
      CARD,
      [measured('cpu', [9, 30]), measured('webgpu', [9, 20])],
      'cpp cpu 4',
      /30\.0 tokens\/s on the CPU, 20\.0/,
    ],
    [
      'measured: the GPU was faster',
      [gguf],
      CARD,
      [measured('cpu', [9]), measured('webgpu', [9, 20, 80, 81])],
      'cpp webgpu 16',
      /81\.0 tokens/,
    ],
    [
      'measured on one device only: the rules',
      [gguf],
      CARD,
      [measured('cpu', [9, 30])],
      'cpp webgpu 16',
      /On the GPU/,
    ],
    [
      'measured: even a software adapter',
      [gguf],
      SOFTWARE,
      [measured('cpu', [9]), measured('webgpu', [20])],
      'cpp webgpu 1',
      /Measured/,
    ],
    [
      'measured: the GPU gave other numbers',
      [gguf],
      CARD,
      [measured('cpu', [9]), measured('webgpu', [80], { checks: wrongNumbers })],
      'cpp cpu 1',
      /Measured/,
    ],
    [
      'measured: the GPU was not used',
      [gguf],
      CARD,
      [measured('cpu', [9]), measured('webgpu', [80], { deviceUsed: 'cpu' })],
      'cpp cpu 1',
      /Measured/,
    ],
    [
      'measured of another model',
      [gguf],
      CARD,
      [measured('cpu', [9], { sha256: 'x' }), measured('webgpu', [8], { sha256: 'x' })],
      'cpp webgpu 16',
      /On the GPU/,
    ],
  ] as const)('%s', (_case, models, report, speeds, expected, reason) => {
    const found = recommend(models, ENGINES, report, speeds);
    expect(found && `${found.choice.engine} ${found.choice.device} ${found.batch}`).toBe(expected);
    expect(found?.reason).toMatch(reason);
  });

  it.each([
    ['MLC without a GPU', [mlcF32], NO_GPU],
    ['16-bit MLC without 16-bit shaders', [mlcF16], OLD_CARD],
    ['no model', [], CARD],
  ] as const)('%s: none', (_case, models, report) => {
    expect(recommend(models, ENGINES, report, [])).toBeUndefined();
  });

  it('never names a fake engine', () => {
    expect(waysOf(gguf, ENGINES, CARD)).toEqual([
      { engine: 'cpp', device: 'cpu' },
      { engine: 'cpp', device: 'webgpu' },
    ]);
    expect(recommend([gguf], [FAKE], CARD, [])).toBeUndefined();
  });
});

describe('the batch', () => {
  const way = { engine: 'cpp', device: 'webgpu' } as const;

  it('is the fewest requests that come near the highest speed', () => {
    expect(batchFor(gguf, way, [measured('webgpu', [10, 95.1, 100, 99])])).toBe(4);
    expect(batchFor(gguf, way, [measured('webgpu', [10, 94.9, 100, 99])])).toBe(16);
  });

  it('of an adapter is that of its base, where it was not measured itself', () => {
    const adapter = { sha256: 'a', base: 'g' };
    expect(batchFor(adapter, way, [measured('webgpu', [10, 100])])).toBe(4);
    const own = measured('webgpu', [10], { sha256: 'a' });
    expect(batchFor(adapter, way, [measured('webgpu', [10, 100]), own])).toBe(1);
  });
});

describe('the way of a model in a run', () => {
  it.each([
    ['its kind is read by the chosen engine', gguf, { engine: 'cpp', device: 'webgpu' }, 'cpp webgpu'],
    ['only another engine reads it', mlcF32, { engine: 'cpp', device: 'cpu' }, 'mlc webgpu'],
    ['another reads it, on the chosen device', gguf, { engine: 'mlc', device: 'webgpu' }, 'cpp webgpu'],
    ['the fake engine was chosen', mlcF32, { engine: 'fake', device: 'webgpu' }, 'fake cpu'],
    ['a run of Assay 0.1 has no kind', {}, { engine: 'mlc', device: 'cpu' }, 'cpp cpu'],
  ] as const)('%s', (_case, model, choice, expected) => {
    const way = routeOf(model, choice, ENGINES);
    expect(way && `${way.engine} ${way.device}`).toBe(expected);
  });

  it('is none where no engine but a fake one that was not chosen reads it', () => {
    expect(routeOf(mlcF32, { engine: 'cpp', device: 'cpu' }, [FAKE, CPP])).toBeUndefined();
  });
});
