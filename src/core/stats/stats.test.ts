import { describe, expect, it } from 'vitest';
import { auc } from './auc.ts';
import { clusteredError, clusteredRate, naiveError } from './clustered.ts';
import { pairedDifference } from './paired.ts';
import { clopperPearson, tFactor } from './quantiles.ts';

describe('quantiles against printed tables', () => {
  it.each([
    [1, 12.7062],
    [7, 2.3646],
    [30, 2.0423],
    [120, 1.9799],
  ])('t(.975, %i) = %f', (df, value) => {
    expect(tFactor(df)).toBeCloseTo(value, 4);
  });

  // Clopper and Pearson 1934; the first two are also 1 - .025^(1/n) and its mirror.
  it.each([
    [0, 10, 0, 0.308497],
    [10, 10, 0.691503, 1],
    [1, 20, 0.001265, 0.248733],
    [5, 20, 0.086571, 0.491046],
  ])('%i of %i: %f to %f', (x, n, low, high) => {
    const limits = clopperPearson(x, n);
    expect(limits.low).toBeCloseTo(low, 5);
    expect(limits.high).toBeCloseTo(high, 5);
  });
});

describe('a rate clustered on the probe', () => {
  it('matches a computation by hand', () => {
    // p = 12/40 = .3; deviations 5-3, 1-3, 3-3, 3-3; SE^2 = 4/3 x 8 / 1600; t(3) = 3.18245
    const rate = clusteredRate([5, 1, 3, 3].map((hits) => ({ n: 10, hits })));
    const half = 3.182446 * Math.sqrt(((4 / 3) * 8) / 1600);
    expect(rate).toMatchObject({ rate: 0.3, n: 40, clusters: 4, method: 'clustered-t' });
    expect(rate?.low).toBeCloseTo(0.3 - half, 5);
    expect(rate?.high).toBeCloseTo(0.3 + half, 5);
  });

  it('nothing seen is not nothing there: 0 of 240 in 8 probes has an upper limit of 2.2%', () => {
    const rate = clusteredRate(Array.from({ length: 8 }, () => ({ n: 30, hits: 0 })));
    expect(rate).toMatchObject({ rate: 0, low: 0, method: 'korn-graubard' });
    // 240 x (t(239) / t(7))^2 = 166.6 answers' worth; 1 - .025^(1/166.6)
    expect(rate?.high).toBeCloseTo(1 - 0.025 ** (1 / (240 * (1.969939 / 2.364624) ** 2)), 6);
  });

  it('has a standard error twice as large as the naive one where probes differ a lot', () => {
    // 10 of 10 and 0 of 10: SE sqrt(2 x 50 / 400) = .5, naive sqrt(.25 / 20) = .1118
    const clusters = [10, 0].map((hits) => ({ n: 10, hits }));
    expect(clusteredError(clusters)).toBeCloseTo(0.5, 12);
    expect(naiveError(clusters)).toBeCloseTo(Math.sqrt(0.25 / 20), 12);
    expect(clusteredError([{ n: 10, hits: 3 }])).toBeUndefined();
    expect(naiveError([])).toBeUndefined();
  });

  it('no data is no rate', () => {
    expect(clusteredRate([])).toBeUndefined();
    expect(clusteredRate([{ n: 0, hits: 0 }])).toBeUndefined();
  });

  it('one probe alone has exact limits', () => {
    expect(clusteredRate([{ n: 10, hits: 10 }])).toMatchObject({ rate: 1, high: 1, method: 'korn-graubard' });
  });
});

describe('a paired difference', () => {
  const probe = (model: number, control: number) => ({
    model: { n: 10, hits: model },
    control: { n: 10, hits: control },
  });

  it('matches the one-sample t interval of the per-probe differences when probes are of equal size', () => {
    // differences .5 .3 .4 .2: mean .35, sd .1290994, t(3) sd / 2
    const paired = pairedDifference([probe(6, 1), probe(4, 1), probe(5, 1), probe(2, 0)]);
    expect(paired?.difference).toBeCloseTo(0.35, 12);
    expect(paired?.low).toBeCloseTo(0.35 - (3.182446 * 0.1290994) / 2, 5);
    expect(paired?.high).toBeCloseTo(0.35 + (3.182446 * 0.1290994) / 2, 5);
    expect(paired?.probes).toBe(4);
    // scipy.stats.ttest_1samp
    expect(paired?.p).toBeCloseTo(0.012307551821, 9);
    expect(paired?.standardError).toBeCloseTo(0.1290994 / 2, 6);
  });

  it('of nothing against nothing is 0 with a width', () => {
    const paired = pairedDifference([probe(0, 0), probe(0, 0), probe(0, 0)]);
    expect(paired?.difference).toBe(0);
    expect(paired?.low).toBeLessThan(-0.05);
    expect(paired?.high).toBeGreaterThan(0.05);
    expect(paired?.p).toBe(1);
  });

  it('that is the same on every probe is judged by flipping signs, and one probe cannot be', () => {
    expect(pairedDifference([probe(9, 1), probe(9, 1), probe(9, 1), probe(9, 1)])?.p).toBe(2 / 16);
    expect(pairedDifference([probe(9, 1)])?.p).toBeUndefined();
  });

  it('leaves out probes that only one was asked, and is missing when none is left', () => {
    expect(pairedDifference([{ model: { n: 5, hits: 1 }, control: { n: 0, hits: 0 } }])).toBeUndefined();
  });
});

describe('auc', () => {
  it.each([
    [[3, 4], [1, 2], 1],
    [[1, 2], [3, 4], 0],
    [[1, 2, 3], [2], 0.5],
    [[], [1], undefined],
  ])('%j above %j: %s', (positives, negatives, value) => {
    expect(auc(positives, negatives)).toBe(value);
  });
});
