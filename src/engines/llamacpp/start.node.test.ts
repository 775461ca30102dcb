import { describe, expect, it } from 'vitest';
import type { SelfCheck } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import type { Runtime } from './runtime.ts';
import { startChecked, type Starting, type Way } from './start.ts';

const passed = (name: SelfCheck['name']): SelfCheck => ({
  ...{ name, outcome: 'passed', difference: 0, tolerance: 0.001 },
});
const failed = (name: SelfCheck['name']): SelfCheck => ({
  ...passed(name),
  outcome: 'failed',
  difference: 1,
});

/** Starts whatever is asked for, and gives it the checks of `say`; remembers what was started and ended. */
function stage(say: (way: Way) => readonly SelfCheck[]): Starting & { readonly log: string[] } {
  const log: string[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error('no request is made here'));
  const start = ({ device, batch }: Way): Promise<Runtime> => {
    log.push(`start ${device} ${batch}`);
    return Promise.resolve({
      ...{ version: '', device, threads: 1, contextTokens: 8, addsBos: false, endTokens: new Set<number>() },
      ...{ complete: unused, stream: unused },
      close: () => {
        log.push(`close ${device} ${batch}`);
      },
    });
  };
  return { log, start, check: ({ device }, batch) => Promise.resolve(say({ device, batch })) };
}

const GPU: Way = { device: 'webgpu', batch: 8 };

describe('a model that is checked as it starts', () => {
  it('runs as asked where all is well', async () => {
    const on = stage(() => [passed('repeat'), passed('batch')]);
    expect(await startChecked(on, GPU)).toMatchObject({
      ...GPU,
      checks: [passed('repeat'), passed('batch')],
    });
    expect(on.log).toEqual(['start webgpu 8']);
  });

  it('runs one request at a time where a batch gives other numbers, and says so', async () => {
    const on = stage(({ batch }) => [batch === 1 ? passed('batch') : failed('batch')]);
    const started = await startChecked(on, GPU);
    expect(started).toMatchObject({ device: 'webgpu', batch: 1 });
    expect(started.checks).toEqual([{ ...failed('batch'), note: 'requests run one at a time instead' }]);
    expect(on.log).toEqual(['start webgpu 8', 'close webgpu 8', 'start webgpu 1']);
  });

  it('runs on the CPU where the GPU gives other numbers, and says so', async () => {
    const on = stage(({ device }) => [device === 'cpu' ? passed('devices') : failed('devices')]);
    const started = await startChecked(on, GPU);
    expect(started).toMatchObject({ device: 'cpu', batch: 8 });
    expect(started.checks).toEqual([{ ...failed('devices'), note: 'computed on the CPU instead' }]);
  });

  it('runs on the CPU where the GPU breaks down while it is checked', async () => {
    const on = stage(({ device }) => {
      if (device === 'cpu') return [passed('devices')];
      throw new AppError('engine-crashed', 'no number');
    });
    const started = await startChecked(on, GPU);
    expect(started.device).toBe('cpu');
    expect(started.checks[0]?.note).toBe('no number; computed on the CPU instead');
  });

  it('is refused, and ended, where the CPU gives other numbers when asked again', async () => {
    const on = stage(() => [failed('repeat')]);
    await expect(startChecked(on, { device: 'cpu', batch: 2 })).rejects.toMatchObject({
      code: 'engine-crashed',
    });
    expect(on.log).toEqual(['start cpu 2', 'close cpu 2']);
  });

  it('runs with a tokenizer of ours that counts otherwise: it is not used', async () => {
    const on = stage(() => [failed('tokenizer')]);
    expect(await startChecked(on, { device: 'cpu', batch: 2 })).toMatchObject({
      device: 'cpu',
      batch: 2,
      checks: [failed('tokenizer')],
    });
  });
});
