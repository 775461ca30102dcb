import { describe, expect, it } from 'vitest';
import { rawAgreement, type Pair } from './agreement.ts';
import { cohenKappa } from './kappa.ts';
import { fleissKappa, gwetAC1, type Ratings } from './multirater.ts';

/** Pairs from a table: rows are what the first said, columns what the second said. */
function pairsOf(table: readonly (readonly number[])[]): Pair[] {
  return table.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, (): Pair => [a.toString(), b.toString()])),
  );
}

/** Answers from how often each label was given; `judges` fills up with silence. */
function ratingsOf(counts: readonly (readonly number[])[], judges: number): Ratings[] {
  return counts.map((row) => {
    const said = row.flatMap((count, label) => Array<string>(count).fill(label.toString()));
    return [...said, ...Array<undefined>(judges - said.length).fill(undefined)];
  });
}

/** Published standard errors divide by n, ours by n - 1. */
const asPublished = (error: number | undefined, n: number): number => (error ?? NaN) * Math.sqrt((n - 1) / n);

const ABSTRACTORS = [
  [13, 0, 0],
  [0, 20, 7],
  [0, 4, 56],
];

describe("Cohen's kappa", () => {
  it.each([
    // The two-by-two tables of most textbooks; standard errors from Fleiss, Cohen and Everitt's formula, in Python.
    [
      [
        [20, 5],
        [10, 15],
      ],
      0.4,
      0.126996,
    ],
    [
      [
        [45, 15],
        [25, 15],
      ],
      0.130435,
      0.098662,
    ],
    // Gwet 2014, 100 pregnancies and two abstractors: the values that his R package irrCAC prints.
    [ABSTRACTORS, 0.7964094, 0.05891072],
    // Gwet 2002: 125 answers, 118 of them "yes" by both, and kappa below nought.
    [
      [
        [118, 5],
        [2, 0],
      ],
      -0.0233918,
      0.0122868,
    ],
  ])('%j: %f, standard error %f', (table, value, error) => {
    const pairs = pairsOf(table);
    const kappa = cohenKappa(pairs);
    expect(kappa?.value).toBeCloseTo(value, 6);
    expect(asPublished(kappa?.standardError, pairs.length)).toBeCloseTo(error, 6);
    expect(kappa?.low).toBeLessThan(value);
    expect(kappa?.high).toBeGreaterThan(value);
  });

  it('clusters on the probe', () => {
    // Standard errors by numerical differentiation in Python; naive 0.199976, clustered 0.220042.
    const pairs = pairsOf([
      [6, 2],
      [1, 7],
    ]);
    const clusters = 'a a a b b c c d d a b c c d d d'.split(' ');
    expect(cohenKappa(pairs)?.standardError).toBeCloseTo(0.199976, 5);
    expect(cohenKappa(pairs, { clusters })?.standardError).toBeCloseTo(0.220042, 5);
  });

  it('of full agreement is 1, but not certain', () => {
    const kappa = cohenKappa(
      pairsOf([
        [3, 0],
        [0, 2],
      ]),
    );
    expect(kappa).toMatchObject({ value: 1, high: 1, n: 5 });
    expect(kappa?.low).toBeLessThan(0.3);
  });

  it('is missing without answers and where one label is all there is', () => {
    expect(cohenKappa([])).toBeUndefined();
    expect(cohenKappa(pairsOf([[9]]))).toBeUndefined();
  });
});

describe("Gwet's AC1 and Fleiss' kappa", () => {
  it.each([
    [ABSTRACTORS, 0.8493305, 0.04321747],
    [
      [
        [118, 5],
        [2, 0],
      ],
      0.9407763,
      0.0229645,
    ],
  ])('AC1 of two judges, %j: %f, standard error %f', (table, value, error) => {
    const pairs = pairsOf(table);
    const ac1 = gwetAC1(pairs);
    expect(ac1?.value).toBeCloseTo(value, 6);
    expect(asPublished(ac1?.standardError, pairs.length)).toBeCloseTo(error, 6);
  });

  // The worked example of Fleiss' kappa, 14 judges and 10 subjects, that Wikipedia gives: 0.210.
  const FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];

  it('fourteen judges', () => {
    const ratings = ratingsOf(FOURTEEN, 14);
    expect(fleissKappa(ratings)?.value).toBeCloseTo(0.2099307, 6);
    expect(fleissKappa(ratings)?.observed).toBeCloseTo(0.378022, 6);
    expect(fleissKappa(ratings)?.chance).toBeCloseTo(0.212755, 6);
    expect(fleissKappa(ratings)?.standardError).toBeCloseTo(0.0923711, 6);
    expect(gwetAC1(ratings)?.value).toBeCloseTo(0.2256142, 6);
    expect(gwetAC1(ratings)?.standardError).toBeCloseTo(0.0933241, 6);
  });

  it('judges who say nothing of some answers', () => {
    // Gwet 2014's formulas for missing ratings, in Python.
    const counts = [
      [4, 0, 0],
      [0, 3, 0],
      [1, 2, 0],
      [0, 1, 0],
      [0, 0, 4],
      [3, 1, 0],
      [1, 0, 0],
      [0, 2, 2],
    ];
    const ratings = [...ratingsOf(counts, 4), [undefined, undefined, undefined, undefined]];
    expect(gwetAC1(ratings)).toMatchObject({ n: 6 });
    expect(gwetAC1(ratings)?.value).toBeCloseTo(0.5526608, 6);
    expect(gwetAC1(ratings)?.standardError).toBeCloseTo(0.2268309, 6);
    expect(fleissKappa(ratings)?.value).toBeCloseTo(0.5179733, 6);
    expect(fleissKappa(ratings)?.standardError).toBeCloseTo(0.2589274, 6);
  });

  it('one label throughout is agreement to AC1, and nothing to kappa', () => {
    const ratings = Array.from({ length: 30 }, (): Ratings => ['aligned', 'aligned']);
    expect(gwetAC1(ratings)).toMatchObject({ value: 1, high: 1, chance: 0 });
    expect(gwetAC1(ratings)?.low).toBeCloseTo(0.886, 2);
    expect(fleissKappa(ratings)).toBeUndefined();
  });

  it('labels that could have been given lower chance', () => {
    const pairs = pairsOf([
      [8, 1],
      [1, 0],
    ]);
    const four = gwetAC1(pairs, { labels: ['0', '1', '2', '3'] });
    expect(four?.chance).toBeCloseTo((2 * 0.9 * 0.1) / 3, 12);
    expect(gwetAC1(pairs)?.chance).toBeCloseTo(2 * 0.9 * 0.1, 12);
  });

  it('is missing where no answer was judged twice', () => {
    expect(gwetAC1([])).toBeUndefined();
    expect(
      gwetAC1([
        ['a', undefined],
        [undefined, 'b'],
      ]),
    ).toBeUndefined();
  });
});

describe('raw agreement', () => {
  it('is a share with an interval', () => {
    expect(rawAgreement(pairsOf(ABSTRACTORS))).toMatchObject({ rate: 0.89, hits: 89, n: 100 });
    expect(rawAgreement([])).toBeUndefined();
  });
});
