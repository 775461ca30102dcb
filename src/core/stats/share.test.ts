import { describe, expect, it } from 'vitest';
import { exactShare, wilson } from './share.ts';

// Newcombe 1998 (Statistics in Medicine 17:857), table I, methods 3 (score) and 5 (Clopper-Pearson).
describe('a share of independent answers', () => {
  it.each([
    [81, 263, 0.2553, 0.3662, 0.2527, 0.3676],
    [15, 148, 0.0624, 0.1605, 0.0578, 0.1617],
    [0, 20, 0, 0.1611, 0, 0.1684],
    [1, 29, 0.0061, 0.1718, 0.0009, 0.1776],
  ])('%i of %i', (hits, n, low, high, exactLow, exactHigh) => {
    const score = wilson(hits, n);
    expect(score?.rate).toBe(hits / n);
    expect(score?.low).toBeCloseTo(low, 4);
    expect(score?.high).toBeCloseTo(high, 4);
    const exact = exactShare(hits, n);
    expect(exact?.low).toBeCloseTo(exactLow, 4);
    expect(exact?.high).toBeCloseTo(exactHigh, 4);
  });

  it('holds its own rate at both ends', () => {
    expect(wilson(0, 7)?.low).toBe(0);
    expect(wilson(7, 7)?.high).toBe(1);
  });

  it('is narrower at a lower level', () => {
    // z(.95) = 1.644854: centre (3/10 + z^2/20) / (1 + z^2/10) = .342590, half width .215712
    expect(wilson(3, 10, 0.9)?.low).toBeCloseTo(0.126877, 5);
    expect(wilson(3, 10, 0.9)?.high).toBeCloseTo(0.5583, 5);
  });

  it('is missing for no answers', () => {
    expect(wilson(0, 0)).toBeUndefined();
    expect(exactShare(0, 0)).toBeUndefined();
  });
});
