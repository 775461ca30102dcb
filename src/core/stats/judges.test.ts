import { describe, expect, it } from 'vitest';
import { readTogether } from './comparisons.ts';
import { judgesAgreement } from './judges.ts';
import { pairedDifference } from './paired.ts';

describe('several judges on the same answers', () => {
  const first = { id: 'first', labels: ['m', 'm', 'a', 'a', 'a', undefined, 'a', 'a'] };
  const second = { id: 'second', labels: ['m', 'a', 'a', 'a', 'a', 'a', 'a', undefined] };
  const third = { id: 'third', labels: ['m', 'm', 'a', 'a', 'm', 'a', 'a', 'a'] };

  it('two by two on what both judged, and together', () => {
    const { pairs, ac1, fleiss } = judgesAgreement([first, second, third]);
    expect(pairs.map(({ a, b, agreement }) => [a, b, agreement?.hits, agreement?.n])).toEqual([
      ['first', 'second', 5, 6],
      ['first', 'third', 6, 7],
      ['second', 'third', 5, 7],
    ]);
    // first and second: m m, m a, four times a a; p_o 5/6, p_e = 2/6 x 1/6 + 4/6 x 5/6 = 22/36
    expect(pairs[0]?.kappa?.value).toBeCloseTo((5 / 6 - 22 / 36) / (1 - 22 / 36), 12);
    // pi = (1/3 + 1/6) / 2 = 1/4, p_e = 2 x 1/4 x 3/4
    expect(pairs[0]?.ac1?.value).toBeCloseTo((5 / 6 - 3 / 8) / (1 - 3 / 8), 12);
    // agreement by answer: 1, 1/3, 1, 1, 1/3, 1, 1, 1; share of m: (1 + 2/3 + 1/3) / 8 = 1/4
    expect(ac1?.observed).toBeCloseTo((6 + 2 / 3) / 8, 12);
    expect(ac1?.chance).toBeCloseTo(2 * (1 / 4) * (3 / 4), 12);
    expect(fleiss?.chance).toBeCloseTo(1 / 16 + 9 / 16, 12);
  });

  it('one judge, or none, agrees with nobody', () => {
    expect(judgesAgreement([])).toEqual({ pairs: [] });
    expect(judgesAgreement([first])).toEqual({ pairs: [] });
    const [pair] = judgesAgreement([first, { id: 'silent', labels: [] }]).pairs;
    expect(pair).toEqual({ a: 'first', b: 'silent' });
  });
});

describe('several comparisons read together', () => {
  const probe = (model: number, control: number) => ({
    model: { n: 10, hits: model },
    control: { n: 10, hits: control },
  });
  const clear = [probe(6, 1), probe(7, 1), probe(6, 2), probe(7, 1), probe(5, 0)];
  const faint = [probe(3, 1), probe(2, 1), probe(1, 1), probe(3, 1), probe(2, 2)];
  const none = [probe(2, 2), probe(1, 2), probe(2, 1), probe(1, 1), probe(0, 0)];

  it('adjusts by Holm', () => {
    const [first, second, third, unasked] = readTogether(
      [faint, clear, none, []].map((pairs) => pairedDifference(pairs)),
    );
    // scipy.stats.ttest_1samp on the differences by probe
    expect(first?.p).toBeCloseTo(0.089009343, 6);
    expect(second?.p).toBeCloseTo(0.000155436, 6);
    expect(first?.adjusted).toBeCloseTo(2 * 0.089009343, 6);
    expect(second?.adjusted).toBeCloseTo(3 * 0.000155436, 6);
    expect(third?.adjusted).toBe(1);
    expect(unasked).toBeUndefined();
  });

  it('one comparison is as it would be alone, and one without a p-value gets none', () => {
    const alone = pairedDifference(clear);
    expect(readTogether([alone])).toEqual([{ ...alone, adjusted: alone?.p }]);
    const single = pairedDifference(clear.slice(0, 1));
    expect(readTogether([single])).toEqual([single]);
    expect(readTogether([])).toEqual([]);
  });
});
