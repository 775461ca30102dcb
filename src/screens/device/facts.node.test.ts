import { describe, expect, test } from 'vitest';
import { aHardwareReport } from '../../../test/fixtures/models.ts';
import type { GpuReport } from '../../core/hardware/types.ts';
import { graphicsFacts, processorFacts, storageFacts, type DeviceFact } from './facts.ts';

const NAMED = (facts: readonly DeviceFact[], name: string): DeviceFact => {
  const found = facts.find((fact) => fact.name === name);
  if (found === undefined)
    throw new Error(`expected a fact ${name}, got ${facts.map((fact) => fact.name).join(', ')}`);
  return found;
};

function withGpu(parts: Partial<GpuReport>) {
  const { gpu } = aHardwareReport();
  if (gpu === undefined) throw new Error('expected a graphics adapter');
  return aHardwareReport({ gpu: { ...gpu, ...parts } });
}

describe('graphics', () => {
  test.each([
    ['a real adapter', withGpu({}), 'Adapter', 'good', /^nvidia ampere$/, /graphics processor/],
    [
      'a software one',
      withGpu({ software: true }),
      'Adapter',
      'warn',
      /a software adapter/,
      /computes on the processor/,
    ],
    ['16-bit floats', withGpu({}), '16-bit floats', 'good', /^yes$/, /f16 model libraries can run/],
    [
      'none of them',
      withGpu({ shaderF16: false }),
      '16-bit floats',
      'warn',
      /^no$/,
      /llama\.cpp runs on the processor/,
    ],
    ['a large buffer', withGpu({}), 'Largest buffer', 'plain', /^4 GiB, 2 GiB of it/, /single matrix/],
    ['room for a step', withGpu({}), 'Room for a step', 'good', /^32 KiB and 10 buffers$/, /Enough/],
    [
      'too little of it',
      withGpu({ workgroupStorageBytes: 16_384 }),
      'Room for a step',
      'warn',
      /^16 KiB/,
      /cannot run/,
    ],
    [
      'too few buffers',
      withGpu({ storageBuffersPerStage: 8 }),
      'Room for a step',
      'warn',
      /8 buffers/,
      /cannot run/,
    ],
  ])('%s', (_what, report, name, tone, value, meaning) => {
    const fact = NAMED(graphicsFacts(report), name);
    expect(fact.tone).toBe(tone);
    expect(fact.value).toMatch(value);
    expect(fact.meaning).toMatch(meaning);
    expect(fact.advice === undefined).toBe(tone !== 'warn');
  });

  test('without an adapter the reason stands there, and nothing else', () => {
    const { gpu: _gone, ...rest } = aHardwareReport();
    const facts = graphicsFacts({ ...rest, gpuReason: 'this browser has no WebGPU' });
    expect(facts.map(({ value }) => value)).toEqual(['none: this browser has no WebGPU']);
  });
});

test('threads need isolation; memory is a lower bound at 8 GiB, and may be unknown', () => {
  expect(NAMED(processorFacts(aHardwareReport()), 'Threads').tone).toBe('good');
  expect(NAMED(processorFacts(aHardwareReport({ isolated: false })), 'Threads').advice).toMatch(/npm start/);
  const told = (parts: Parameters<typeof aHardwareReport>[0]) =>
    NAMED(processorFacts(aHardwareReport(parts)), 'Memory').value;
  expect(told({})).toBe('at least 8 GiB');
  expect(told({ memoryBytes: 4 * 2 ** 30 })).toBe('about 4 GiB');
  const { memoryBytes: _unknown, ...rest } = aHardwareReport();
  expect(NAMED(processorFacts(rest), 'Memory').value).toBe('not told by this browser');
});

test('storage says what is free, warns when it is little, and what is not kept', () => {
  expect(NAMED(storageFacts(aHardwareReport()), 'Space')).toMatchObject({
    value: '2.4 GB used of 60.0 GB (4.0%), 57.6 GB free',
    tone: 'good',
  });
  expect(NAMED(storageFacts(aHardwareReport({ usedBytes: 59e9 })), 'Space').tone).toBe('warn');
  expect(NAMED(storageFacts(aHardwareReport({ persisted: false })), 'Kept for good').tone).toBe('warn');
  const { quotaBytes: _quota, ...rest } = aHardwareReport();
  expect(NAMED(storageFacts(rest), 'Space').value).toBe('not told by this browser');
});
