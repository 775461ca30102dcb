import { describe, expect, it } from 'vitest';
import { ranks, spearman, type NumberPair } from './rank.ts';

const zip = (a: readonly number[], b: readonly number[]): NumberPair[] =>
  a.map((value, index) => [value, b[index] ?? NaN]);

describe("Spearman's correlation", () => {
  it.each([
    // Intelligence and hours of television, the worked example of most textbooks: -29/165.
    [[106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -29 / 165],
    // Ties on both sides; scipy.stats.spearmanr.
    [[1, 2, 2, 3, 4, 4, 4, 5], [2, 1, 3, 3, 5, 4, 6, 6], 0.9007775105401477],
  ])('%j, %j: %f', (a, b, value) => {
    const rho = spearman(zip(a, b));
    expect(rho?.value).toBeCloseTo(value, 12);
    expect(rho?.low).toBeLessThan(value);
    expect(rho?.high).toBeGreaterThan(value);
  });

  it('has the interval of Bonett and Wright', () => {
    // rho = -.1757576, n = 10: atanh -.1776031 +- 1.959964 sqrt((1 + .0154454) / 7)
    const rho = spearman(
      zip([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]),
    );
    expect(rho?.low).toBeCloseTo(Math.tanh(-0.1776031 - 0.7464991), 5);
    expect(rho?.high).toBeCloseTo(Math.tanh(-0.1776031 + 0.7464991), 5);
  });

  it('shares ranks among equals', () => {
    expect(ranks([10, 30, 20, 20])).toEqual([1, 4, 2.5, 2.5]);
  });

  it('is missing where there is nothing to rank', () => {
    expect(spearman([])).toBeUndefined();
    expect(spearman([[1, 2]])).toBeUndefined();
    expect(spearman(zip([5, 5, 5], [1, 2, 3]))).toBeUndefined();
  });
});
