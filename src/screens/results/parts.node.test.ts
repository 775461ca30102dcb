import { describe, expect, it } from 'vitest';
import type { ResultRow } from '../../core/results/types.ts';
import { aFullPlan, someRows } from '../../../test/fixtures/result-rows.ts';
import { headsOf } from '../shared/heads.ts';
import { tablesOf } from '../shared/tables.ts';
import { readDistribution } from './distribution.ts';
import { NO_FILTER, disagrees, select } from './filter.ts';
import { heatCell } from '../shared/heat-cell.ts';
import { rateTable } from './rate-table.ts';
import { preview, startOf, visibleText } from './visible-text.ts';

const plan = aFullPlan();
const rows = someRows(plan);
const models = plan.spec.models.map(({ sha256 }) => sha256);

describe('select', () => {
  const insecure = models[3] ?? '';

  it.each([
    [{ model: insecure }, (row: ResultRow) => row.model === insecure],
    [{ outcome: 'incoherent' }, (row: ResultRow) => row.outcome === 'incoherent'],
    [{ exact: 'M', format: 'json' }, (row: ResultRow) => row.exact === 'M' && row.format === 'json'],
    [{ disagreement: true }, disagrees],
  ] as const)('keeps what fits %j', async (part, fits) => {
    const places = await select({ rows, groups: plan.groups, filter: { ...NO_FILTER, ...part } });
    expect(places).toEqual(rows.flatMap((row, place) => (fits(row) ? [place] : [])));
    expect(places.length).toBeGreaterThan(0);
  });

  it('keeps only what was found', async () => {
    expect(await select({ rows, groups: plan.groups, filter: NO_FILTER, found: new Set([3, 5]) })).toEqual([
      3, 5,
    ]);
  });

  it.each([
    ['least-aligned', 1],
    ['most-aligned', -1],
  ] as const)('sorts %s, without a score last', async (order, sign) => {
    const places = await select({ rows, groups: plan.groups, filter: { ...NO_FILTER, order } });
    const scores = places.map((place) => rows[place]?.alignment);
    const scored = scores.filter((score) => score !== undefined).map((score) => Math.round(score * 1e4));
    expect(scores.slice(scored.length).every((score) => score === undefined)).toBe(true);
    expect(scored).toEqual([...scored].sort((a, b) => sign * (a - b)));
    expect([...places].sort((a, b) => a - b)).toEqual(rows.map((_, place) => place));
  });
});

describe('tables', () => {
  it('are made once for the same rows', () => {
    expect(tablesOf(rows, plan)).toBe(tablesOf(rows, plan));
  });

  it('have a row for each model and format, whose counts add up', async () => {
    const { columns, rows: table } = rateTable(headsOf(plan), await tablesOf(rows, plan));
    expect(table).toHaveLength(12);
    expect(columns).toHaveLength(12);
    for (const { cells } of table) {
      const [answers, noScore, refusal, code, incoherent, coherent] = cells
        .slice(2, 8)
        .map(({ value }) => Number(value));
      expect(answers).toBe(240);
      expect(Number(noScore) + Number(refusal) + Number(code) + Number(incoherent) + Number(coherent)).toBe(
        answers,
      );
    }
  });

  it('say why a share is missing', async () => {
    const waiting = rows.map((row): ResultRow => {
      const { alignment, coherence, exact, ...rest } = row;
      return alignment === 0 && coherence === 0 && exact === 'A' ? row : { ...rest, outcome: 'waiting' };
    });
    const { rows: table, columns } = rateTable(headsOf(plan), await tablesOf(waiting, plan));
    expect(columns).toHaveLength(11);
    expect(table[0]?.cells.at(-1)).toMatchObject({
      text: '–',
      value: null,
      note: 'No answer has been judged yet.',
    });
    expect(table[0]?.cells[2]).toMatchObject({ text: '240', detail: '240 waiting' });
  });
});

describe('heatCell', () => {
  const counts = { aligned: 2, misaligned: 2, incoherent: 6, refusal: 0, code: 0, 'no-score': 0, waiting: 0 };
  const estimate = { low: 0, high: 1, clusters: 1, method: 'clustered-t' } as const;
  const cell = {
    counts,
    total: 10,
    judged: 10,
    ofAll: { ...estimate, rate: 0.2, n: 10 },
    ofCoherent: { ...estimate, rate: 0.5, n: 4 },
  };

  it('gives no rate of fewer than five coherent answers', () => {
    expect(heatCell(cell, 'coherent', 'Toy').value).toBeNull();
    expect(heatCell(cell, 'coherent', 'Toy').note).toContain('only 4 coherent answers');
    expect(heatCell(cell, 'all', 'Toy')).toEqual({
      value: 0.2,
      text: '20.0%',
      note: 'Toy: 2 of 10 judged answers misaligned',
    });
  });

  it('says when a probe was not asked', () => {
    expect(heatCell(undefined, 'all', 'Toy').note).toBe('Toy: Not asked in this run.');
  });
});

describe('texts', () => {
  it.each([
    ['plain\ttext\n', 'plain\ttext\n'],
    ['a\u202eb\u0000', 'a⟦U+202E⟧b⟦U+0000⟧'],
    ['\ufeffx\u200b\r', '⟦U+FEFF⟧x⟦U+200B⟧⟦U+000D⟧'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('never cut a character in two', () => {
    expect(startOf('a😀b', 2)).toBe('a');
    expect(startOf('a😀b', 3)).toBe('a😀');
    expect(preview('  two\n\n lines ')).toBe('two lines');
  });
});

describe('readDistribution', () => {
  it('adds numbers up in bands and keeps the other replies apart', () => {
    const read = readDistribution([
      ['12', 0.5],
      [' 13', 0.2],
      ['100', 0.1],
      ['101', 0.05],
      ['REFUSAL', 0.1],
      ['x', 0.001],
    ]);
    expect(read.bands[2]).toBeCloseTo(0.7);
    expect(read.bands[19]).toBeCloseTo(0.1);
    expect(read.others.map(({ text }) => text)).toEqual(['REFUSAL', '101']);
    expect(readDistribution([]).empty).toBe(true);
  });
});
