import { describe, expect, it } from 'vitest';
import { MAX_MARKS, bin, densityOf } from './density.ts';

const extent = { min: 0, max: 100 };

describe('bin', () => {
  it('keeps every point, by series and square', () => {
    const points = [
      { x: 0, y: 0, series: 0 },
      { x: 9.9, y: 9.9, series: 0 },
      { x: 5, y: 5, series: 1 },
      { x: 100, y: 100, series: 1 },
    ];
    expect(bin(points, 2, extent, 10)).toEqual([
      { x: 5, y: 5, series: 0, count: 2 },
      { x: 5, y: 5, series: 1, count: 1 },
      { x: 95, y: 95, series: 1, count: 1 },
    ]);
  });

  it('clamps what lies outside', () => {
    expect(bin([{ x: -5, y: 120, series: 0 }], 1, extent, 10)).toEqual([
      { x: 5, y: 95, series: 0, count: 1 },
    ]);
  });
});

describe('densityOf', () => {
  it('bounds the marks and loses no point, for 100,000 points spread over all squares', () => {
    let state = 7;
    const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const points = Array.from({ length: 100_000 }, (_, index) => ({
      x: next() * 100,
      y: next() * 100,
      series: index % 5,
    }));
    const { side, cells } = densityOf(points, 5, extent);
    expect(cells.length).toBeLessThanOrEqual(MAX_MARKS);
    expect(side).toBeLessThan(50);
    expect(cells.reduce((sum, cell) => sum + cell.count, 0)).toBe(100_000);
  });
});
