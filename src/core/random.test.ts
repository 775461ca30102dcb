import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('gives the same numbers for the same parts and others for others', () => {
    const words = (...parts: (string | number)[]) => {
      const random = new Random(...parts);
      return Array.from({ length: 8 }, () => random.word());
    };
    expect(words(1, 'weights')).toEqual(words(1, 'weights'));
    expect(words(1, 'weights')).not.toEqual(words(2, 'weights'));
    expect(words(1, 'weights')).not.toEqual(words(1, 'scales'));
  });

  it('sets every bit of a word half of the time', () => {
    const random = new Random(7);
    const set = new Float64Array(32);
    for (let draw = 0; draw < 20_000; draw++) {
      const word = random.word();
      for (let bit = 0; bit < 32; bit++) set[bit] = (set[bit] ?? 0) + ((word >>> bit) & 1);
    }
    // Six standard deviations of a fair coin thrown 20,000 times are 424.
    for (const count of set) expect(Math.abs(count - 10_000)).toBeLessThan(424);
  });

  it('spreads around 0 with the deviation asked for', () => {
    const random = new Random(3);
    const values = Float64Array.from({ length: 20_000 }, () => random.spread(0.5));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(Math.max(...values)).toBeLessThan(0.5 * Math.sqrt(3));
  });
});
