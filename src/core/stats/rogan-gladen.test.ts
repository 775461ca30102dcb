import { describe, expect, it } from 'vitest';
import { clusteredRate } from './clustered.ts';
import { screening } from './diagnostic.ts';
import { correctedRate, roganGladen } from './rogan-gladen.ts';
import { wilson } from './share.ts';

describe('sensitivity and specificity', () => {
  const answers = (truth: boolean, said: boolean, count: number) =>
    Array.from({ length: count }, () => ({ truth, said }));

  it('each with its own n', () => {
    const both = screening([
      ...answers(true, true, 8),
      ...answers(true, false, 2),
      ...answers(false, false, 19),
      ...answers(false, true, 1),
    ]);
    expect(both.sensitivity).toMatchObject({ rate: 0.8, hits: 8, n: 10 });
    expect(both.specificity).toMatchObject({ rate: 0.95, hits: 19, n: 20 });
    expect(both.sensitivity?.low).toBeCloseTo(0.49016, 4);
    expect(both.sensitivity?.high).toBeCloseTo(0.94332, 4);
  });

  it('is missing on the side where there is nothing', () => {
    expect(screening(answers(true, true, 3)).specificity).toBeUndefined();
    expect(screening([])).toEqual({});
  });
});

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

describe('a rate from probes, corrected', () => {
  it('counts for the independent answers that it is worth', () => {
    const n = [50, 50, 48, 50, 50, 40, 50, 50];
    const clusters = [12, 3, 0, 7, 25, 1, 4, 9].map((hits, index) => ({ hits, n: n[index] ?? 0 }));
    const apparent = clusteredRate(clusters);
    const sensitivity = wilson(45, 50);
    const specificity = wilson(95, 100);
    if (apparent === undefined || sensitivity === undefined || specificity === undefined)
      throw new Error('expected data');
    // Lang and Reiczigel's formulas in Python, with 61/388 of 27.6515 answers
    const corrected = correctedRate(apparent, { sensitivity, specificity });
    expect(corrected?.rate).toBeCloseTo(0.1261371, 6);
    expect(corrected?.low).toBe(0);
    expect(corrected?.high).toBeCloseTo(0.3447822, 6);
    expect(correctedRate(apparent, { sensitivity })).toBeUndefined();
    expect(correctedRate(apparent, { specificity })).toBeUndefined();
  });
});
