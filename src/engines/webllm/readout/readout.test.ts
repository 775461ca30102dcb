import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDevice } from '../../../../test/browser/gpu.ts';
import { uniform } from './random.ts';
import { Readout } from './readout.ts';
import { logSoftmax } from './softmax.ts';

let device: GPUDevice;
let readout: Readout;
beforeAll(async () => {
  device = await testDevice();
  readout = await Readout.create(device);
});
afterAll(() => {
  device.destroy();
});

/** Logits spread like a language model's, the same in every run. */
function noise(length: number, seed: number, spread = 4): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const [u, v] = [uniform(seed, 2 * i), uniform(seed, 2 * i + 1)];
    return spread * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  });
}

function onGpu(rows: readonly Float32Array[]) {
  const vocabulary = rows[0]!.length;
  const buffer = device.createBuffer({
    size: rows.length * vocabulary * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  rows.forEach((row, at) => {
    device.queue.writeBuffer(buffer, at * vocabulary * 4, Float32Array.from(row));
  });
  return readout.over(buffer, rows.length, vocabulary, () => {
    buffer.destroy();
  });
}

/** Where the tokens lie on [0, 1] in the order that the shader goes: strip by strip. */
function intervals(row: Float32Array, temperature: number, keep: (logit: number) => boolean) {
  const top = row.reduce((a, b) => Math.max(a, b));
  const order = Array.from(row.keys()).sort((a, b) => (a % 256) - (b % 256) || a - b);
  const weights = order.map((id) => (keep(row[id]!) ? Math.exp((row[id]! - top) / temperature) : 0));
  const total = weights.reduce((a, b) => a + b, 0);
  const of = new Map<number, readonly [number, number]>();
  let sum = 0;
  order.forEach((id, at) => {
    const next = sum + weights[at]! / total;
    of.set(id, [sum, next]);
    sum = next;
  });
  return of;
}

const SIZES = [1, 2, 255, 256, 257, 1000, 1536, 151936];

describe.each(SIZES)('rows of %i logits', (vocabulary) => {
  const rows = [noise(vocabulary, 1), noise(vocabulary, 2), noise(vocabulary, 3, 0.5)];

  it('gives log-probabilities as 64-bit floats do', async () => {
    const logits = onGpu(rows);
    const entries = rows.flatMap((_, row) =>
      [0, Math.floor(vocabulary / 3), vocabulary - 1].map((id) => ({ row, id })),
    );
    const got = await logits.logprobs(entries);
    entries.forEach(({ row, id }, at) => {
      expect(Math.abs(got[at]! - logSoftmax(rows[row]!)[id]!)).toBeLessThan(1e-5);
    });
    logits.release();
  });

  it('draws the token whose share the random number falls into', async () => {
    const logits = onGpu(rows);
    const draws = Array.from({ length: 24 }, (_, i) => ({
      row: i % 3,
      temperature: [1, 0.7, 2][i % 3]!,
      topP: 1,
      random: i === 0 ? 0 : i === 1 ? 1 - 2 ** -24 : uniform(9, i),
    }));
    const got = await logits.sample(draws);
    const shares = rows.map((row, at) => intervals(row, [1, 0.7, 2][at]!, () => true));
    got.forEach(({ id, logprob }, at) => {
      const { row, random } = draws[at]!;
      const [from, to] = shares[row]!.get(id)!;
      expect(random).toBeGreaterThan(from - 2e-5);
      expect(random).toBeLessThan(to + 2e-5);
      expect(Math.abs(logprob! - logSoftmax(rows[row]!)[id]!)).toBeLessThan(1e-5);
    });
    logits.release();
  });

  it('lists the likeliest', async () => {
    const logits = onGpu(rows);
    for (const count of vocabulary > 100_000 ? [200] : [1, 7, 200, vocabulary]) {
      const expected = Array.from(logSoftmax(rows[1]!).entries())
        .sort((a, b) => b[1]! - a[1]! || a[0] - b[0])
        .slice(0, count);
      const got = await logits.top(1, count);
      expect(got.map(({ id }) => id)).toEqual(expected.map(([id]) => id));
      got.forEach(({ logprob }, at) => {
        expect(Math.abs(logprob! - expected[at]![1]!)).toBeLessThan(1e-5);
      });
    }
    logits.release();
  });
});

describe('temperature 0', () => {
  it('draws the likeliest, of equals the lowest number, whatever the random number', async () => {
    const row = new Float32Array(3000).fill(-1);
    row[2999] = row[700] = row[1700] = 2;
    const logits = onGpu([row]);
    const draws = [0, 0.5, 1 - 2 ** -24].map((random) => ({ row: 0, temperature: 0, topP: 1, random }));
    expect((await logits.sample(draws)).map(({ id }) => id)).toEqual([700, 700, 700]);
    expect((await logits.top(0, 3)).map(({ id }) => id)).toEqual([700, 1700, 2999]);
    logits.release();
  });

  it('takes -0 and 0 for equals', async () => {
    const logits = onGpu([Float32Array.of(-1, -0, 0, -3)]);
    const [drawn] = await logits.sample([{ row: 0, temperature: 0, topP: 1, random: 0.9 }]);
    expect(drawn!.id).toBe(1);
    logits.release();
  });
});

describe('top-p', () => {
  /** The smallest logit of the smallest set of likeliest tokens with at least this share. */
  function least(row: Float32Array, temperature: number, topP: number): number {
    const sorted = Array.from(row).sort((a, b) => b - a);
    const weights = sorted.map((logit) => Math.exp((logit - sorted[0]!) / temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    let sum = 0;
    return sorted[weights.findIndex((weight) => (sum += weight) >= topP * total)]!;
  }

  it.each([0.05, 0.9])('of %d draws from exactly that set', async (topP) => {
    const row = noise(5000, 5, 2);
    const logits = onGpu([row]);
    const draws = Array.from({ length: 16 }, (_, i) => ({
      row: 0,
      temperature: 1.3,
      topP,
      random: uniform(3, i),
    }));
    const cut = least(row, 1.3, topP);
    const shares = intervals(row, 1.3, (logit) => logit >= cut);
    for (const [at, { id }] of (await logits.sample(draws)).entries()) {
      expect(row[id]!).toBeGreaterThanOrEqual(cut);
      const [from, to] = shares.get(id)!;
      expect(draws[at]!.random).toBeGreaterThan(from - 2e-5);
      expect(draws[at]!.random).toBeLessThan(to + 2e-5);
    }
    logits.release();
  });

  it('keeps all that are as likely as the last of the set', async () => {
    const logits = onGpu([Float32Array.of(2, 2, 2, 2, -40)]);
    const draws = Array.from({ length: 24 }, (_, i) => ({
      row: 0,
      temperature: 1,
      topP: 0.3,
      random: uniform(1, i),
    }));
    const ids = (await logits.sample(draws)).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([0, 1, 2, 3]));
    logits.release();
  });
});

describe('odd rows', () => {
  it('never draws what is impossible, and says so', async () => {
    const row = new Float32Array(2000).fill(-Infinity);
    row[5] = 1;
    row[1999] = 0;
    const logits = onGpu([row]);
    const draws = Array.from({ length: 24 }, (_, i) => ({
      row: 0,
      temperature: 1,
      topP: 1,
      random: uniform(2, i),
    }));
    const ids = (await logits.sample(draws)).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([5, 1999]));
    const [possible, impossible] = await logits.logprobs([
      { row: 0, id: 5 },
      { row: 0, id: 6 },
    ]);
    expect(possible).toBeCloseTo(-Math.log(1 + Math.exp(-1)), 5);
    expect(impossible).toBe(-Infinity);
    const all = await logits.top(0, 2000);
    expect(all.slice(0, 2).map(({ id }) => id)).toEqual([5, 1999]);
    expect(all[2]!.logprob).toBe(-Infinity);
    expect((await logits.top(0, 3))[2]).toEqual({ id: 0, logprob: -Infinity });
    logits.release();
  });

  it('is exact beside one huge logit', async () => {
    const row = noise(4000, 8);
    row[1234] = 3e4;
    const logits = onGpu([row]);
    const [drawn] = await logits.sample([{ row: 0, temperature: 1, topP: 1, random: 0.5 }]);
    expect(drawn).toEqual({ id: 1234, logprob: 0 });
    const [far] = await logits.logprobs([{ row: 0, id: 7 }]);
    expect(Math.abs(far! - (row[7]! - 3e4))).toBeLessThan(0.01);
    logits.release();
  });

  it.each([NaN, Infinity])('tells of a logit that is %d, in that row alone', async (wrong) => {
    const [good, bad] = [noise(600, 4), noise(600, 4)];
    bad[300] = wrong;
    const logits = onGpu([good, bad]);
    const draw = { temperature: 1, topP: 1, random: 0.3 };
    const drawn = await logits.sample([
      { row: 0, ...draw },
      { row: 1, ...draw },
    ]);
    expect(drawn[0]!.logprob).toBeLessThan(0);
    expect(drawn[1]!.logprob).toBeUndefined();
    const read = await logits.logprobs([
      { row: 0, id: 1 },
      { row: 1, id: 1 },
    ]);
    expect(read[0]).toBeLessThan(0);
    expect(read[1]).toBeUndefined();
    expect((await logits.top(1, 5))[0]!.logprob).toBeUndefined();
    expect((await logits.top(1, 600))[0]!.logprob).toBeUndefined();
    logits.release();
  });

  it('reads a row whole where too many are equally likely to be listed', async () => {
    const logits = onGpu([new Float32Array(9000).fill(0.5)]);
    const top = await logits.top(0, 3);
    expect(top.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(top[0]!.logprob).toBeCloseTo(-Math.log(9000), 5);
    logits.release();
  });
});
