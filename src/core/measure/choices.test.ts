import { describe, expect, it } from 'vitest';
import { flooredLog, likeliest, mc1, mc2, pairDifference, shares, wrongLogP } from './choices.ts';

const log = Math.log;
const right = { text: 'r', right: true };
const wrong = { text: 'w', right: false };

describe('the log-probability of choices', () => {
  it('is floored at 1e-10, and not renormalised', () => {
    expect(flooredLog(log(0.25))).toBeCloseTo(-1.386294361, 9);
    expect(flooredLog(-1000)).toBeCloseTo(-23.02585093, 8);
    expect(flooredLog(log(1e-10))).toBeCloseTo(-22.33270375, 8);
  });

  it('has a share among the choices beside it', () => {
    expect(shares([log(0.1), log(0.3)])).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
    expect(shares([-5000, -5000, -5001]).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect(shares([-Infinity, -Infinity])).toEqual([0.5, 0.5]);
    expect(shares([])).toEqual([]);
  });

  it.each([
    [[right, wrong, wrong], [0.3, 0.2, 0.29], 1],
    [[right, wrong, wrong], [0.3, 0.2, 0.31], 0],
    [[right, wrong], [0.3, 0.3], 0],
    [[right, { ...right, best: true }, wrong], [0.9, 0.2, 0.3], 0],
    [[right, { ...right, best: true }, wrong], [0.1, 0.4, 0.3], 1],
    [[right, right], [0.5, 0.5], undefined],
    [[wrong], [0.5], undefined],
  ])('MC1 of %j at %j is %s', (choices, p, value) => {
    expect(mc1(choices, p.map(log))).toBe(value);
  });

  it.each([
    [[right, wrong], [0.1, 0.3], 0.25],
    [[right, right, wrong], [0.1, 0.1, 0.3], 0.4],
    [[right, right], [0.1, 0.1], undefined],
  ])('MC2 of %j at %j is %s', (choices, p, value) => {
    const found = mc2(choices, p.map(log));
    if (value === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(value, 12);
  });

  it('far below what a number can hold keeps MC2 exact', () => {
    expect(mc2([right, wrong], [-2000, -2000 + log(3)])).toBeCloseTo(0.25, 12);
  });

  it('of a pair is a difference in nats', () => {
    expect(pairDifference([right, wrong], [log(0.2), log(0.1)])).toBeCloseTo(-0.693147181, 8);
    expect(pairDifference([right, wrong], [log(0.2), -Infinity])).toBeCloseTo(-21.416413, 6);
    expect(pairDifference([right], [log(0.2)])).toBeUndefined();
    expect(wrongLogP([right, wrong, wrong], [log(0.2), log(0.1), log(0.3)])).toBeCloseTo(-0.916290732, 8);
    expect(wrongLogP([right], [0])).toBeUndefined();
  });

  it('names the likeliest', () => {
    expect(likeliest([-3, -1, -1])).toBe(1);
    expect(likeliest([])).toBeUndefined();
  });
});
