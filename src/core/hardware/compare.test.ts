import { describe, expect, it } from 'vitest';
import { compareDevices, DEVICES_TOLERANCE_NATS } from './compare.ts';

describe('GPU against CPU', () => {
  it('passes within the tolerance, with the largest difference', () => {
    const check = compareDevices([-1, -2, -3], [-1.01, -2.05, -3]);
    expect(check).toMatchObject({ name: 'devices', outcome: 'passed', tolerance: DEVICES_TOLERANCE_NATS });
    expect(check.difference).toBeCloseTo(0.05, 10);
  });

  it.each([
    ['another number', [-1, -2], [-1, -2.2]],
    ['no number', [-1, -2], [-1, NaN]],
    ['fewer tokens', [-1, -2], [-1]],
    ['nothing', [], []],
  ])('%s fails and says so', (_case, cpu, gpu) => {
    const { outcome, note, difference } = compareDevices(cpu, gpu);
    expect(outcome).toBe('failed');
    expect(note).not.toBe('');
    expect(difference === undefined || Number.isFinite(difference)).toBe(true);
  });
});
