import { describe, expect, it } from 'vitest';
import { uniform } from './random.ts';

/** Sum of (observed - expected)^2 / expected over 64 equal cells. */
function chiSquare(values: readonly number[]): number {
  const cells = new Array<number>(64).fill(0);
  for (const value of values) cells[Math.floor(value * 64)]! += 1;
  const expected = values.length / 64;
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** 99.99 % point of chi-square with 63 degrees of freedom. */
const LIMIT = 115;
const many = Array.from({ length: 6400 }, (_, i) => i);

describe('uniform', () => {
  it('is a 24-bit fraction and a function of its arguments', () => {
    for (const seed of [0, 1, 0xffffffff]) {
      const value = uniform(seed, 3);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      expect(Math.fround(value)).toBe(value);
      expect(uniform(seed, 3)).toBe(value);
    }
  });

  it.each([
    ['steps of one seed', (i: number) => uniform(7, i)],
    ['first steps of seeds in a row', (i: number) => uniform(i, 0)],
    ['far seeds', (i: number) => uniform(0xffffffff - i * 65536, 5)],
    ['differences of neighbours', (i: number) => (uniform(i, 1) - uniform(i + 1, 1) + 1) % 1],
    ['differences of steps', (i: number) => (uniform(3, i) - uniform(3, i + 1) + 1) % 1],
    ['seed against step', (i: number) => (uniform(i, 0) - uniform(0, i) + 1) % 1],
  ])('spreads evenly: %s', (_name, value) => {
    expect(chiSquare(many.map(value))).toBeLessThan(LIMIT);
  });
});
