import { describe, expect, it, vi } from 'vitest';
import { ownModel, shapedEngine, shelf } from '../../test/fixtures/state-world.ts';
import type { GpuReport, HardwareReport } from '../core/hardware/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { EngineEntry } from '../engines/index.ts';
import { memoryStore } from '../storage/memory.ts';
import type { Store } from '../storage/types.ts';
import { EnginePool } from './engines.ts';
import { Hardware } from './hardware.svelte.ts';
import { Turn } from './turn.ts';

const GPU: GpuReport = {
  ...{ name: 'card', software: false, shaderF16: true, subgroups: true, maxBufferBytes: 2 ** 31 },
  ...{ maxStorageBindingBytes: 2 ** 30, workgroupStorageBytes: 32_768, storageBuffersPerStage: 10 },
};
const REPORT: HardwareReport = { cores: 8, isolated: true, persisted: false, folders: true, gpu: GPU };
const MODEL = ownModel('Own');
const OTHER = ownModel('Other');

interface Parts {
  readonly engines: readonly EngineEntry[];
  readonly store?: Store;
  readonly turn?: Turn;
  readonly report?: HardwareReport;
  readonly models?: readonly ModelRecord[];
}

async function hardwareOf({
  engines,
  store = memoryStore(),
  turn = new Turn(),
  report = REPORT,
  ...parts
}: Parts) {
  let clock = 0;
  const models = shelf(parts.models ?? [MODEL]);
  const hardware = new Hardware({
    ...{ store, models, turn },
    pool: new EnginePool(engines, models),
    read: () => Promise.resolve(report),
    askToPersist: () => Promise.resolve(true),
    now: () => ++clock,
  });
  await hardware.open();
  return hardware;
}

const cpp = (parts: Partial<Parameters<typeof shapedEngine>[0]> = {}) =>
  shapedEngine({
    ...{ id: 'cpp', kinds: ['gguf'], devices: ['cpu', 'webgpu'], rates: { cpu: 10, webgpu: 200 } },
    ...parts,
  });

describe('measuring a model', () => {
  it('loads it on each device, keeps the speeds, and compares GPU with CPU', async () => {
    const store = memoryStore();
    const hardware = await hardwareOf({ engines: [cpp()], store });
    await hardware.measure(MODEL.sha256);
    expect(hardware.error).toBeUndefined();
    expect(hardware.measuring).toBeUndefined();
    expect(hardware.measured.map(({ device, speed }) => [device, speed.decode[0]?.tokensPerS])).toEqual([
      ['cpu', 10],
      ['webgpu', 200],
    ]);
    const [cpu, gpu] = hardware.measured;
    expect(cpu?.checks).toEqual([]);
    expect(gpu?.checks).toMatchObject([{ name: 'devices', outcome: 'passed', difference: 0 }]);

    const later = await hardwareOf({ engines: [cpp()], store });
    expect(later.measured).toEqual(hardware.measured);
    await later.measure(MODEL.sha256);
    expect(later.measured).toHaveLength(2);
  });

  it('keeps what another page has measured meanwhile', async () => {
    const store = memoryStore();
    const one = await hardwareOf({ engines: [cpp({ devices: ['cpu'] })], store });
    const other = await hardwareOf({ engines: [cpp({ devices: ['cpu'] })], store, models: [OTHER] });
    await other.measure(OTHER.sha256);
    await one.measure(MODEL.sha256);
    const again = await hardwareOf({ engines: [], store });
    expect(again.measured.map(({ sha256 }) => sha256)).toEqual([OTHER.sha256, MODEL.sha256]);
  });

  it('says that the GPU gives other numbers', async () => {
    const hardware = await hardwareOf({ engines: [cpp({ gpuError: 0.5 })] });
    await hardware.measure(MODEL.sha256);
    const [check] = hardware.measured[1]?.checks ?? [];
    expect(check).toMatchObject({ name: 'devices', outcome: 'failed' });
    expect(check?.difference).toBeCloseTo(0.5, 9);
  });

  it('leaves out a device that cannot run it, and engines that do not read it', async () => {
    const { gpu: _gpu, ...bare } = REPORT;
    const other = shapedEngine({ id: 'mlc', kinds: ['mlc'], devices: ['webgpu'], rates: { webgpu: 1 } });
    const hardware = await hardwareOf({ engines: [cpp(), other], report: bare });
    await hardware.measure(MODEL.sha256);
    expect(hardware.measured.map(({ engine, device }) => `${engine} ${device}`)).toEqual(['cpp cpu']);
    expect(other.asked).toHaveLength(0);
  });

  it('keeps what was measured when another way fails, and says which', async () => {
    const hardware = await hardwareOf({ engines: [cpp({ rates: { cpu: 10 } })] });
    await hardware.measure(MODEL.sha256);
    expect(hardware.measured.map(({ device }) => device)).toEqual(['cpu']);
    expect(hardware.error?.message).toMatch(/^cpp on webgpu: /);
    hardware.dismissError();
    expect(hardware.error).toBeUndefined();
  });

  it('is refused while a run has the engines, and gives way to one afterwards', async () => {
    const turn = new Turn();
    const hardware = await hardwareOf({ engines: [cpp()], turn });
    const done = turn.take('a run is going on');
    await hardware.measure(MODEL.sha256);
    expect(hardware.error).toMatchObject({ code: 'invalid-option', message: 'a run is going on' });
    expect(hardware.measured).toEqual([]);
    done();
    const measuring = hardware.measure(MODEL.sha256);
    expect(() => turn.take('a run')).toThrow(/being measured/);
    await measuring;
    expect(hardware.error).toBeUndefined();
    expect(() => turn.take('a run')).not.toThrow();
  });

  it('stops on request without an error, and keeps nothing half measured', async () => {
    const hardware = await hardwareOf({ engines: [cpp({ options: { latencyMs: 60_000 } })] });
    const measuring = hardware.measure(MODEL.sha256);
    await vi.waitFor(() => {
      expect(hardware.measuring).toMatchObject({ what: 'Measuring Own', fraction: 0 });
    });
    hardware.cancelMeasuring();
    await measuring;
    expect(hardware.error).toBeUndefined();
    expect(hardware.measured).toEqual([]);
  });

  it('of what another version wrote starts anew', async () => {
    const store = memoryStore();
    await store.putSetting('measuredSpeeds', [{ sha256: 1 }]);
    const hardware = await hardwareOf({ engines: [cpp()], store });
    expect(hardware.measured).toEqual([]);
    expect(hardware.report).toEqual(REPORT);
  });

  it('of a model that is not here says so', async () => {
    const hardware = await hardwareOf({ engines: [cpp()] });
    await hardware.measure('0'.repeat(64));
    expect(hardware.error?.code).toBe('not-found');
  });
});
