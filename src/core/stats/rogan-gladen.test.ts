import { describe, expect, it } from 'vitest';
import { roganGladen } from './rogan-gladen.ts';

describe('a rate corrected for the errors of the judge', () => {
  // Lang and Reiczigel 2014, eqs. 6, 7, 16, 17 (also R's asht::prevSeSp), computed in Python.
  it.each([
    [30, 300, 96, 100, 184, 200, 0.0227273, 0, 0.0799952],
    [12, 260, 50, 100, 199, 200, 0.0831391, 0.0257078, 0.1518118],
    [2, 100, 48, 50, 45, 50, 0, 0, 0.012211],
  ])(
    '%i of %i, sensitivity %i/%i, specificity %i/%i: %f (%f to %f)',
    (hits, n, tp, pos, tn, neg, rate, low, high) => {
      const corrected = roganGladen({ hits, n }, { hits: tp, n: pos }, { hits: tn, n: neg });
      expect(corrected?.rate).toBeCloseTo(rate, 6);
      expect(corrected?.low).toBeCloseTo(low, 6);
      expect(corrected?.high).toBeCloseTo(high, 6);
    },
  );

  it('is the rate itself for a judge without error, with the rate inside', () => {
    const corrected = roganGladen({ hits: 30, n: 100 }, { hits: 1e9, n: 1e9 }, { hits: 1e9, n: 1e9 });
    expect(corrected?.rate).toBeCloseTo(0.3, 9);
    // Agresti and Coull's interval for 30 of 100
    expect(corrected?.low).toBeCloseTo(0.2187, 3);
    expect(corrected?.high).toBeCloseTo(0.3961, 3);
  });

  it('says nothing for a judge that is no better than chance, or without data', () => {
    expect(roganGladen({ hits: 3, n: 10 }, { hits: 5, n: 10 }, { hits: 5, n: 10 })).toBeUndefined();
    expect(roganGladen({ hits: 3, n: 10 }, { hits: 2, n: 10 }, { hits: 7, n: 10 })).toBeUndefined();
    expect(roganGladen({ hits: 0, n: 0 }, { hits: 9, n: 10 }, { hits: 9, n: 10 })).toBeUndefined();
    expect(roganGladen({ hits: 3, n: 10 }, { hits: 0, n: 0 }, { hits: 9, n: 10 })).toBeUndefined();
  });
});
