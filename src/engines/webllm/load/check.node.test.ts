import { describe, expect, it } from 'vitest';
import { cpuLogits } from '../../../../test/reference/webllm/cpu-logits.ts';
import { PlainDevice, type Net } from '../../../../test/reference/webllm/plain-device.ts';
import type { DeviceLimits } from '../device-model.ts';
import { uniform } from '../readout/random.ts';
import { selfCheck } from './check.ts';

const LIMITS: DeviceLimits = {
  sequences: 4,
  batch: 8,
  contextTokens: 64,
  prefillTokens: 64,
  pages: 64,
  pageTokens: 4,
  reads: 'any',
  continues: true,
};
const TEXT = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
const TOLERANCE = 0.01;

interface State {
  tokens: number[];
  /** The start of what is not shared with another sequence. */
  from: number;
}

/** Logits that depend on every token; `distort` changes them by what it is told of the sequence. */
function netOf(distort: (state: State, calls: number) => number): Net<State> {
  let calls = 0;
  return {
    vocabulary: 40,
    start: () => ({ tokens: [], from: 0 }),
    cut: ({ tokens }, length) => ({ tokens: tokens.slice(0, length), from: length }),
    feed: (state, token) => {
      state.tokens.push(token);
      const shift = distort(state, ++calls);
      const seed = state.tokens.reduce((hash, id) => (Math.imul(hash, 31) + id + 1) >>> 0, 7);
      return Float32Array.from({ length: 40 }, (_, id) => 5 * uniform(seed, id) + (id % 2) * shift);
    },
  };
}

function check(distort: Parameters<typeof netOf>[0], { forks = true, limits = LIMITS, msPerPass = 10 } = {}) {
  const device = new PlainDevice(netOf(distort), limits, cpuLogits, forks);
  let time = 0;
  return selfCheck(device, TEXT, TOLERANCE, () => (time += msPerPass)).then((checked) => {
    // The text itself, which what comes next may start from.
    expect(device.counts.live).toBe(1);
    return checked;
  });
}

const outcomes = ({ checks }: Awaited<ReturnType<typeof selfCheck>>) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

describe('selfCheck', () => {
  it('passes what gives the same by every way', async () => {
    const checked = await check(() => 0);
    expect(outcomes(checked)).toEqual({ repeat: 'passed', batch: 'passed', fork: 'passed' });
    expect(checked).toMatchObject({ forks: true, batches: true });
    for (const { difference } of checked.checks) expect(difference).toBe(0);
  });

  it('tells the largest difference, and lets a small one pass', async () => {
    const checked = await check((state) => (state.from > 0 ? 0.004 : 0));
    const fork = checked.checks.find(({ name }) => name === 'fork');
    expect(fork).toMatchObject({ outcome: 'passed', tolerance: TOLERANCE });
    expect(fork?.difference).toBeGreaterThan(0.0005);
    expect(fork?.difference).toBeLessThan(0.004);
  });

  it('fails a fork whose numbers are others, and says what is done without', async () => {
    const checked = await check((state) => (state.from > 0 ? 0.1 : 0));
    expect(outcomes(checked)).toEqual({ repeat: 'passed', batch: 'passed', fork: 'failed' });
    expect(checked).toMatchObject({ forks: false, batches: true });
    expect(checked.checks.find(({ name }) => name === 'fork')?.note).toMatch(/not shared/);
  });

  it('fails a fork that is right in a prefill and wrong in decoding', async () => {
    const checked = await check((state) => (state.from > 0 && state.tokens.length === TEXT.length ? 0.1 : 0));
    expect(outcomes(checked)).toMatchObject({ batch: 'passed', fork: 'failed' });
  });

  it('fails sequences that are others in company than alone', async () => {
    // The first two passes are alone; the third is in company.
    const checked = await check((state, calls) => (calls > 2 * TEXT.length && state.from === 0 ? 0.1 : 0));
    expect(outcomes(checked)).toMatchObject({ repeat: 'passed', batch: 'failed' });
    expect(checked).toMatchObject({ batches: false });
  });

  it('refuses a model that gives other numbers when asked again', async () => {
    const again = check((_state, calls) => (calls > TEXT.length ? 0.1 : 0));
    await expect(again).rejects.toMatchObject({ code: 'engine-crashed' });
  });

  it('refuses numbers that are none', async () => {
    await expect(check(() => NaN)).rejects.toMatchObject({ code: 'engine-crashed' });
  });

  it('skips what cannot be compared, and says why', async () => {
    const unshared = await check(() => 0, { forks: false });
    expect(outcomes(unshared)).toEqual({ repeat: 'passed', batch: 'skipped', fork: 'skipped' });
    const slow = await check(() => 0, { msPerPass: 30_000 });
    expect(slow).toMatchObject({ slow: true, passMs: 30_000, stepMs: 30_000 });
    expect(outcomes(slow)).toEqual({ repeat: 'skipped', batch: 'passed', fork: 'passed' });
    for (const { outcome, note } of [...unshared.checks, ...slow.checks])
      if (outcome === 'skipped') expect(note).toMatch(/\w/);
  });
});
