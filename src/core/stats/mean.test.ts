import { describe, expect, it } from 'vitest';
import { clusteredMean, meanAbsoluteError } from './mean.ts';

describe('a mean', () => {
  it('of independent values matches a t interval by hand', () => {
    // 1 2 3 4: mean 2.5, sd 1.290994, t(3) = 3.182446
    const mean = clusteredMean([1, 2, 3, 4].map((sum) => ({ n: 1, sum })));
    expect(mean).toMatchObject({ value: 2.5, n: 4, clusters: 4 });
    expect(mean?.low).toBeCloseTo(2.5 - (3.182446 * 1.290994) / 2, 5);
    expect(mean?.high).toBeCloseTo(2.5 + (3.182446 * 1.290994) / 2, 5);
  });

  it('clustered, adds up each cluster before it squares', () => {
    // clusters (1, 2) and (3, 4): sums of deviations -2 and 2, SE = sqrt(2/1 x 8) / 4 = 1; an empty one is none
    const mean = clusteredMean([
      { n: 2, sum: 3 },
      { n: 2, sum: 7 },
      { n: 0, sum: 0 },
    ]);
    expect(mean).toMatchObject({ value: 2.5, n: 4, clusters: 2 });
    expect(mean?.standardError).toBeCloseTo(1, 12);
  });

  it('has no interval where nothing differs, and is missing for no values', () => {
    expect(clusteredMean([{ n: 3, sum: 6 }])).toEqual({ value: 2, n: 3, clusters: 1 });
    expect(
      clusteredMean([
        { n: 1, sum: 2 },
        { n: 2, sum: 4 },
      ]),
    ).toEqual({ value: 2, n: 3, clusters: 2 });
    expect(clusteredMean([{ n: 0, sum: 0 }])).toBeUndefined();
  });
});

describe('a mean absolute error', () => {
  it('of scores, with limits that do not fall below 0', () => {
    const error = meanAbsoluteError([
      [10, 20],
      [50, 50],
      [90, 85],
    ]);
    expect(error).toMatchObject({ value: 5, low: 0, n: 3 });
    expect(meanAbsoluteError([[3, 1]])).toEqual({ value: 2, n: 1, clusters: 1 });
    expect(meanAbsoluteError([])).toBeUndefined();
  });

  it('is clustered where clusters are named', () => {
    const pairs = [1, 2, 3, 4].map((off) => [10, 10 + off] as const);
    expect(meanAbsoluteError(pairs, ['a', 'a', 'b', 'b'])?.standardError).toBeCloseTo(1, 12);
  });
});
