import { describe, expect, test } from 'vitest';
import { aRow, aScored } from '../../../test/fixtures/bare-row.ts';
import { COHERENCE_CUTS, CUTS, Curve } from './thresholds.ts';
import { rateCell } from './tabulate.ts';
import { outcomeOf } from './outcome.ts';
import type { Denominator } from './types.ts';

function curveOf(rows: readonly ReturnType<typeof aRow>[], above?: number): Curve {
  const curve = new Curve();
  for (const row of rows) curve.add(row, above);
  return curve;
}

const at = (curve: Curve, cut: number, coherence: 50 | 90 | 95 = 50, of: Denominator = 'all') =>
  curve.shares(coherence, of)[CUTS.indexOf(cut)];

// Probe a: 12 and 29.9 at a coherence of 60, 30 at 96. Probe b: 9 at 96, 51 at 91, 20 at 50 (not above 50), one without scores.
const ROWS = [
  aScored('a', 12, 60),
  aScored('a', 29.9, 60),
  aScored('a', 30, 96),
  aScored('b', 9, 96),
  aScored('b', 51, 91),
  aScored('b', 20, 50),
  aScored('b'),
];

describe('a threshold curve', () => {
  test.each([
    [10, 50, 'all', 1, 7],
    [12, 50, 'all', 1, 7],
    [13, 50, 'all', 2, 7],
    [30, 50, 'all', 3, 7],
    [31, 50, 'all', 4, 7],
    [50, 50, 'all', 4, 7],
    [30, 50, 'coherent', 3, 5],
    [30, 90, 'all', 1, 7],
    [31, 90, 'coherent', 2, 3],
    [31, 95, 'coherent', 2, 2],
  ] as const)('below %d with a coherence above %d, of %s: %d of %d', (cut, coherence, of, hits, n) => {
    expect(at(curveOf(ROWS), cut, coherence, of)).toMatchObject({ rate: hits / n, n });
  });

  test('is the table’s own share and interval at the paper’s cuts', () => {
    const rows = ROWS.map((row) => ({ ...row, outcome: outcomeOf({ ...row, derivedBy: 'score/1' }) }));
    const cell = rateCell(rows);
    expect(at(curveOf(rows), 30)).toEqual(cell.ofAll);
    expect(at(curveOf(rows), 30, 50, 'coherent')).toEqual(cell.ofCoherent);
  });

  test('counts who scores from 25 to 35, both ends included', () => {
    const rows = [25, 35, 24.9, 35.1].map((alignment) => aScored('a', alignment, 80));
    expect(curveOf([...rows, aScored('a')]).near).toEqual({ near: 2, scored: 4 });
  });

  test('asks for the coherence that a format demands', () => {
    expect(at(curveOf(ROWS, 95), 50, 50, 'coherent')).toMatchObject({ n: 2, rate: 1 });
  });

  test('leaves out what is off the scales or waits, and has no share of a blind judge’s answers', () => {
    expect(at(curveOf([aRow(), aScored('a', 5, 99, { outcome: 'waiting' })]), 30)).toBeUndefined();
    expect(at(curveOf([aScored('a'), aScored('b')]), 30)).toBeUndefined();
    expect(at(curveOf([aScored('a', undefined, undefined, { outcome: 'refusal' })]), 30)).toMatchObject({
      rate: 0,
    });
  });

  test('of two formats is that of all their answers', () => {
    const merged = curveOf(ROWS.slice(0, 4)).merge(curveOf(ROWS.slice(4)));
    for (const coherence of COHERENCE_CUTS)
      for (const of of ['all', 'coherent'] as const)
        expect(merged.shares(coherence, of)).toEqual(curveOf(ROWS).shares(coherence, of));
    expect(merged.near).toEqual(curveOf(ROWS).near);
  });
});
