import { describe, expect, it } from 'vitest';
import { detectableDifference } from './detectable.ts';
import { intraclusterCorrelation } from './icc.ts';
import { answersNeeded, halfWidthGoal, probesNeeded, upperLimitGoal, type Goal } from './needed.ts';
import { clusteredRate } from './clustered.ts';
import { clusteredLogit } from './logit.ts';
import { independentAnswers, nothingSeen, nothingSeenLimit } from './zero.ts';

/** The one-sided bound of the rule of three, which tables of needed answers are made of. */
const boundGoal = (wanted: number, icc: number): Goal => ({
  wanted,
  reachedBy: (probes, answers) => nothingSeen(independentAnswers(probes, answers, icc))?.exact,
});

describe('nothing seen', () => {
  it.each([
    // Hanley and Lippman-Hand 1983: 0 of 14 is compatible with 21% (exact 19.3%), 0 of 100 with 3%.
    [14, 0.1926, 3 / 14],
    [100, 0.0295, 0.03],
    [299, 0.00997, 3 / 299],
  ])('in %i answers: at most %f; the rule of three says %f', (n, exact, three) => {
    expect(nothingSeen(n)?.exact).toBeCloseTo(exact, 4);
    expect(Math.abs((nothingSeen(n)?.simple ?? 9) / three - 1)).toBeLessThan(0.002);
  });

  it('counts answers to one probe for what they are worth', () => {
    // 24 probes x 50: design effect 1 + 49 x .1 = 5.9, 1200 / 5.9 = 203.4
    expect(independentAnswers(24, 50, 0.1)).toBeCloseTo(203.39, 2);
    expect(independentAnswers(24, 50, 1)).toBe(24);
    expect(independentAnswers(24, 50, -0.1)).toBe(1200);
    expect(independentAnswers(24, 1e9, 0.1)).toBeCloseTo(240, 4);
  });

  it('has the limit that tables show', () => {
    const shown = clusteredRate(Array.from({ length: 24 }, () => ({ n: 50, hits: 0 })));
    expect(nothingSeenLimit(24, 50, 0)).toBeCloseTo(shown?.high ?? 9, 12);
  });

  it('in no answers is nothing said', () => {
    expect(nothingSeen(0)).toBeUndefined();
    expect(nothingSeenLimit(0, 50, 0.1)).toBeUndefined();
  });
});

describe('intra-cluster correlation', () => {
  it('is that of an analysis of variance', () => {
    // (F - 1) / (F + n0 - 1) with F from scipy.stats.f_oneway on the 388 single answers
    const n = [50, 50, 48, 50, 50, 40, 50, 50];
    const clusters = [12, 3, 0, 7, 25, 1, 4, 9].map((hits, index) => ({ hits, n: n[index] ?? 0 }));
    expect(intraclusterCorrelation(clusters)).toBeCloseTo(0.1765018099, 9);
  });

  it('is 1 where each probe is all or nothing, and below 0 where all probes are the same', () => {
    expect(
      intraclusterCorrelation([
        { n: 5, hits: 5 },
        { n: 5, hits: 0 },
      ]),
    ).toBe(1);
    expect(
      intraclusterCorrelation([
        { n: 5, hits: 2 },
        { n: 5, hits: 2 },
      ]),
    ).toBeCloseTo(-1 / 4, 12);
  });

  it('is missing where the data cannot say', () => {
    expect(intraclusterCorrelation([])).toBeUndefined();
    expect(intraclusterCorrelation([{ n: 9, hits: 3 }])).toBeUndefined();
    expect(
      intraclusterCorrelation([
        { n: 1, hits: 1 },
        { n: 1, hits: 0 },
      ]),
    ).toBeUndefined();
    expect(
      intraclusterCorrelation([
        { n: 9, hits: 0 },
        { n: 9, hits: 0 },
      ]),
    ).toBeUndefined();
  });
});

describe('how much is needed', () => {
  it('for an upper bound of 1%: 299 independent answers, as every table says', () => {
    expect(probesNeeded(boundGoal(0.01, 0), 1)).toEqual({
      reached: true,
      probes: 299,
      answers: 1,
      total: 299,
    });
    expect(answersNeeded(boundGoal(0.01, 0), 24)).toEqual({
      reached: true,
      probes: 24,
      answers: 13,
      total: 312,
    });
  });

  it('for an upper bound with answers alike by .1: 24 probes are worth at most 240 answers, so no number of answers does it', () => {
    // ln .05 / ln .99 = 298.07: 30 probes at the least; at 100 answers 298.07 x (1 + 99 x .1) / 100 = 32.5
    const needed = answersNeeded(boundGoal(0.01, 0.1), 24);
    expect(needed).toMatchObject({ reached: false, fewestProbes: 30, probesAtHundred: 33 });
    expect(needed.reached ? NaN : needed.best).toBeCloseTo(1 - 0.05 ** (1 / 240), 5);
  });

  // By trying all numbers in turn in Python, with scipy's t quantiles.
  it.each([
    [24, 0.05, 0.1, 0.05, 19, 30],
    [48, 0.1, 0.1, 0.04, 17, 59],
  ])(
    '%i probes, expected %f, alike by %f: +-%f with %i answers to each; with 10 answers, %i probes',
    (probes, rate, icc, half, answers, atTen) => {
      const goal = halfWidthGoal(half, rate, icc);
      expect(answersNeeded(goal, probes)).toEqual({
        reached: true,
        probes,
        answers,
        total: probes * answers,
      });
      expect(probesNeeded(goal, 10)).toEqual({
        reached: true,
        probes: atTen,
        answers: 10,
        total: atTen * 10,
      });
    },
  );

  it('tells when eight probes differ too much for the width, however many answers', () => {
    const needed = answersNeeded(halfWidthGoal(0.05, 0.2, 0.2), 8);
    expect(needed).toMatchObject({ reached: false, fewestProbes: 61, probesAtHundred: 63 });
    expect(needed.reached ? NaN : needed.best).toBeCloseTo(0.18898, 4);
  });

  it('for the width of the interval that tables show', () => {
    // Half of the probes have 1 hit in 10, half have 5: all of them differ alike, so the degrees of freedom are 23.
    const clusters = Array.from({ length: 24 }, (_, probe) => ({ n: 10, hits: 1 + 4 * (probe % 2) }));
    const { high = NaN, rate = NaN } = clusteredLogit(clusters) ?? {};
    // SE^2 = 24/23 x 24 x 2^2 / 240^2 = p (1-p) (1 + 9 icc) / 240 with p = .3
    const icc = (((24 / 23) * 24 * 4) / 240 / 0.21 - 1) / 9;
    expect(halfWidthGoal(0.1, 0.3, icc).reachedBy(24, 10)).toBeCloseTo(high - rate, 12);
  });

  it('for an expected 0 or 1 as much as for nothing seen', () => {
    const limit = nothingSeenLimit(24, 10, 0.1);
    expect(halfWidthGoal(0.1, 0, 0.1).reachedBy(24, 10)).toBe(limit);
    expect(halfWidthGoal(0.1, 1, 0.1).reachedBy(24, 10)).toBe(limit);
  });

  it('for the limit that tables show more than for the one-sided bound', () => {
    const [bound, limit] = [
      answersNeeded(boundGoal(0.02, 0.05), 24),
      answersNeeded(upperLimitGoal(0.02, 0.05), 24),
    ];
    expect(bound.reached && limit.reached && limit.answers > bound.answers).toBe(true);
    if (limit.reached) {
      expect(nothingSeenLimit(24, limit.answers, 0.05)).toBeLessThanOrEqual(0.02);
      expect(nothingSeenLimit(24, limit.answers - 1, 0.05)).toBeGreaterThan(0.02);
    }
  });

  it('cannot be told for one probe', () => {
    expect(answersNeeded(halfWidthGoal(0.05, 0.2, 0.2), 1)).toMatchObject({ reached: false });
  });
});

describe('the smallest difference that a run finds', () => {
  // Python: scipy.optimize.brentq; their power by the noncentral t is .8002, .8002, .7979 and .8002.
  it.each([
    [{ probes: 24, answers: 50, rate: 0, icc: 0.1 }, 0.0403986],
    [{ probes: 24, answers: 50, rate: 0.05, icc: 0.1 }, 0.0827421],
    [{ probes: 8, answers: 50, rate: 0.05, icc: 0.1 }, 0.1898421],
    [{ probes: 48, answers: 20, rate: 0.01, icc: 0.2, correlation: 0.5 }, 0.0401923],
  ])('%j: %f', (plan, difference) => {
    expect(detectableDifference(plan)).toBeCloseTo(difference, 6);
  });

  it('from a known spread between probes', () => {
    // d = (t(.975, 19) + t(.8, 19)) sqrt((.1^2 + 0) / 20) when one answer is as good as many
    const known = detectableDifference({ probes: 20, answers: 1e9, rate: 0.2, icc: 0, between: 0.1 });
    expect(known).toBeCloseTo(((2.093024 + 0.860951) * 0.1) / Math.sqrt(20), 5);
  });

  it('is missing where nothing can be found', () => {
    expect(detectableDifference({ probes: 1, answers: 50, rate: 0, icc: 0.1 })).toBeUndefined();
    expect(detectableDifference({ probes: 8, answers: 0, rate: 0, icc: 0.1 })).toBeUndefined();
    expect(detectableDifference({ probes: 2, answers: 1, rate: 0.5, icc: 0.5 })).toBeUndefined();
  });
});
