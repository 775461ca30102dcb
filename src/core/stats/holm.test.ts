import { describe, expect, it } from 'vitest';
import { holm } from './holm.ts';

describe("Holm's adjustment", () => {
  it.each([
    // Four hypotheses, the example of Wikipedia's article: the two smallest stand at 5%.
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), 'holm')
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [
      [0.7, 0.8],
      [1, 1],
    ],
    [[0.2], [0.2]],
    [[], []],
  ])('%j: %j', (ps, adjusted) => {
    expect(holm(ps).map((p) => p?.toFixed(10))).toEqual(adjusted.map((p) => p.toFixed(10)));
  });

  it('leaves out what has no p-value', () => {
    expect(holm([undefined, 0.01, 0.02])).toEqual([undefined, 0.02, 0.02]);
  });
});
