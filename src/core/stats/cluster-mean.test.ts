import { expect, test } from 'vitest';
import { clusteredMean } from './cluster-mean.ts';
import { mean } from './mean.ts';

test('is the clustered mean of the values themselves', () => {
  const values = [1, 2, 4, 8, 16, 3];
  const clusters = ['a', 'a', 'b', 'b', 'c', 'c'];
  const sums = [
    { n: 2, sum: 3 },
    { n: 2, sum: 12 },
    { n: 2, sum: 19 },
    { n: 0, sum: 0 },
  ];
  const direct = mean(values, clusters);
  const ours = clusteredMean(sums);
  expect(ours).toMatchObject({ n: 6, clusters: 3 });
  for (const key of ['value', 'standardError', 'low', 'high'] as const)
    expect(ours?.[key]).toBeCloseTo(direct?.[key] ?? NaN, 12);
});

test('a spread of nothing has no interval, and no values have no mean', () => {
  expect(clusteredMean([{ n: 3, sum: 6 }])).toEqual({ value: 2, n: 3, clusters: 1 });
  expect(
    clusteredMean([
      { n: 1, sum: 2 },
      { n: 2, sum: 4 },
    ]),
  ).toEqual({ value: 2, n: 3, clusters: 2 });
  expect(clusteredMean([{ n: 0, sum: 0 }])).toBeUndefined();
});
