import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { predictionPowered, type Labelled, type Unlabelled } from './ppi.ts';

const TRUTH = [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0];
const JUDGED = [0.9, 0.2, 0.1, 0.7, 0.4, 0.3, 0.8, 0.2, 0.1, 0.6, 0.9, 0];
const OTHERS = [
  0.1, 0.2, 0.9, 0.4, 0.3, 0.8, 0.1, 0, 0.7, 0.2, 0.1, 0.3, 0.6, 0.2, 0.1, 0.9, 0.05, 0.15, 0.25, 0.35,
];
const labelled: Labelled[] = TRUTH.map((truth, index) => ({ truth, judged: JUDGED[index] ?? NaN }));
const unlabelled: Unlabelled[] = OTHERS.map((judged) => ({ judged }));

describe('prediction-powered mean', () => {
  // numpy, with the trust found by scipy.optimize.minimize_scalar on the variance
  it.each([
    [undefined, 0.87421943, 0.33070176, 0.10927436, 0.09019051, 0.571213],
    [0, 0, 0.41666667, 0.1486471, 0.08949661, 0.74383672],
    [1, 1, 0.31833333, 0.11023204, 0.07571424, 0.56095242],
  ])('trust %s: %f, mean %f, standard error %f (%f to %f)', (given, trust, value, error, low, high) => {
    const mean = predictionPowered(labelled, unlabelled, given === undefined ? {} : { trust: given });
    expect(mean?.trust).toBeCloseTo(trust, 6);
    expect(mean?.value).toBeCloseTo(value, 6);
    expect(mean?.standardError).toBeCloseTo(error, 6);
    expect(mean?.low).toBeCloseTo(low, 5);
    expect(mean?.high).toBeCloseTo(high, 5);
    expect(mean).toMatchObject({ labelled: 12, unlabelled: 20 });
  });

  it('with clusters, some of them in both sets', () => {
    // numpy: sums by cluster, with the covariance between the sets
    const inside = 'a a a b b b c c d d d d'
      .split(' ')
      .map((cluster, index) => ({ ...labelled[index]!, cluster }));
    const outside = 'aaaabbbbccccddddeeee'
      .split('')
      .map((cluster, index) => ({ ...unlabelled[index]!, cluster }));
    inside[8] = { ...inside[8]!, cluster: 'c' };
    expect(predictionPowered(inside, outside, { trust: 1 })?.standardError).toBeCloseTo(0.06439174, 6);
    const best = predictionPowered(inside, outside)?.standardError ?? NaN;
    for (const trust of [0, 0.3, 0.6, 0.9])
      expect(predictionPowered(inside, outside, { trust })?.standardError).toBeGreaterThanOrEqual(best);
  });

  it('does not trust a judge that says nothing', () => {
    const blind = predictionPowered(
      labelled.map(({ truth }) => ({ truth, judged: 0.5 })),
      unlabelled.map(() => ({ judged: 0.5 })),
    );
    expect(blind?.trust).toBe(0);
    expect(blind?.value).toBeCloseTo(5 / 12, 12);
  });

  it('is cut to the range of a share', () => {
    expect(predictionPowered(labelled.slice(0, 3), unlabelled, { range: { low: 0, high: 1 } })?.low).toBe(0);
  });

  it('is missing below two labelled or unlabelled answers or clusters', () => {
    expect(predictionPowered([], unlabelled)).toBeUndefined();
    expect(predictionPowered(labelled.slice(0, 1), unlabelled)).toBeUndefined();
    expect(predictionPowered(labelled, [])).toBeUndefined();
    expect(
      predictionPowered(
        labelled.map((answer) => ({ ...answer, cluster: 'one' })),
        unlabelled,
      ),
    ).toBeUndefined();
  });

  it('holds the truth in 93 to 97% of runs with a judge that overlooks a third, and is narrower than labels alone', () => {
    const random = new Random('ppi');
    const RUNS = 2000;
    let [held, width, alone] = [0, 0, 0];
    const answer = () => {
      const truth = Number(random.unit() < 0.2);
      return { truth, judged: Number(random.unit() < (truth === 1 ? 0.67 : 0.05)) };
    };
    for (let run = 0; run < RUNS; run++) {
      const known = Array.from({ length: 150 }, answer);
      const others = Array.from({ length: 1000 }, answer);
      const mean = predictionPowered(known, others);
      const only = predictionPowered(known, others, { trust: 0 });
      if (mean === undefined || only === undefined) throw new Error('expected an estimate');
      held += Number(mean.low <= 0.2 && mean.high >= 0.2) / RUNS;
      width += (mean.high - mean.low) / RUNS;
      alone += (only.high - only.low) / RUNS;
    }
    expect(held).toBeGreaterThan(0.93);
    expect(held).toBeLessThan(0.97);
    expect(width).toBeLessThan(0.85 * alone);
  });
});
