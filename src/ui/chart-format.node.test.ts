import { describe, expect, it } from 'vitest';
import { described, tickText } from './chart-format.ts';

describe('numbers of a chart in words', () => {
  it('have a real minus sign on every axis, and no rest of a binary fraction', () => {
    expect(tickText(-2, { decimals: 2 })).toBe('−2');
    expect(tickText(-23.040000000000003, { decimals: 2 })).toBe('−23.04');
    expect(tickText(-0.1, { signed: true })).toBe('−10');
  });

  it('name each value with its interval, and a gap as no number', () => {
    const series = [{ label: 'Toy', values: [0.5, null], low: [0.25, null], high: [0.75, null] }];
    expect(described(['Free text', 'JSON'], series, { percent: true })).toBe(
      'Toy: Free text 50.0% (25.0 to 75.0%), JSON no number.',
    );
  });
});
