import { describe, expect, it } from 'vitest';
import type { Outcome, ResultRow } from '../core/results/types.ts';
import { mergeRows } from './rows.ts';

function row(item: number, outcome: Outcome = 'waiting'): ResultRow {
  const place = { group: 0, model: 'm', probe: 'p', wording: 0, format: 'free', turn: 0, onScales: true };
  return { ...place, item, outcome, sample: item };
}

describe('mergeRows', () => {
  it.each([
    ['nothing into nothing', [], [], []],
    ['before, between and after', [2, 5], [1, 3, 4, 9], [1, 2, 3, 4, 5, 9]],
    ['into nothing', [], [1, 2], [1, 2]],
  ])('%s', (_, rows, news, merged) => {
    expect(
      mergeRows(
        rows.map((item) => row(item)),
        news.map((item) => row(item)),
      ).map(({ item }) => item),
    ).toEqual(merged);
  });

  it('replaces the row of the same item', () => {
    expect(mergeRows([row(1), row(2), row(3)], [row(2, 'aligned')])).toEqual([
      row(1),
      row(2, 'aligned'),
      row(3),
    ]);
  });
});
