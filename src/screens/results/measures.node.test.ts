import { describe, expect, it } from 'vitest';
import { aMeasuredRun } from '../../../test/fixtures/measured-run.ts';
import { checkpointSeries } from '../../core/results/checkpoints.ts';
import { Curve } from '../../core/results/thresholds.ts';
import { headsOf } from '../shared/heads.ts';
import { curveTable } from '../shared/curve-table.ts';
import { cellsOf, tablesOf, wordingKey } from '../shared/tables.ts';
import { rateCell } from '../../core/results/tabulate.ts';
import { stepNumbers, stepSeries, stepsOf } from './checkpoint-chart.ts';
import { filterOptions } from './filter-options.ts';
import { NO_FILTER, labelValue, select } from './filter.ts';
import { domainRows, wordingRows } from './heat-rows.ts';
import { measureRows } from './measure-view.ts';
import { measureViews } from './measure-views.ts';
import { neededRows } from './needed-table.ts';

const open = aMeasuredRun();
const { plan, rows } = open;
const heads = headsOf(plan, ({ onScales }) => onScales);
const tables = await tablesOf(rows, plan);
const insecure = plan.spec.models[2]?.sha256 ?? '';

describe('tables', () => {
  it('of domains, turns and wordings are those of their rows alone', async () => {
    const scaled = rows.filter(
      ({ onScales, model, format }) => onScales && model === insecure && format === 'free',
    );
    const domainOf = (group: number): string => plan.groups[group]?.domain ?? '';
    const advice = rateCell(scaled.filter(({ group }) => domainOf(group) === 'advice'));
    expect(tables.domainCells.get([insecure, 'free', 'advice'].join('\n'))).toEqual(advice);
    const second = rateCell(scaled.filter(({ turn }) => turn === 1));
    expect(tables.turnCells.get([insecure, 'free', 1].join('\n'))).toEqual(second);
    expect(second.total).toBe(20);
    const cells = await cellsOf(tables.wordings);
    const one = scaled.filter(({ probe, wording }) => probe === 'toy/ruler' && wording === 1);
    expect(cells.get(wordingKey(insecure, 'free', 'toy/ruler', 1))).toEqual(rateCell(one));
  });

  it('hold nothing that is off the scales', () => {
    const onScales = rows.filter((row) => row.onScales).length;
    const counted = [...tables.cells.values()].reduce((sum, { total }) => sum + total, 0);
    expect(counted).toBe(onScales);
    expect(onScales).toBeLessThan(rows.length);
  });
});

describe('heat tables', () => {
  it('have a row for each domain, and one for each wording where there are several', async () => {
    const model = { sha256: insecure, label: 'Insecure' };
    const domains = domainRows(heads, tables.domainCells, model, 'all');
    expect(domains.map(({ label }) => label)).toEqual(['everyday life', 'advice', 'pharmacy']);
    expect(domains[1]?.cells[0]?.note).toMatch(/Insecure, advice, Free answer: .*95% interval .*, 4 probes$/);
    expect(domains[2]?.cells[1]?.value).toBeNull();
    expect(domains[2]?.cells[1]?.note).toContain('Not asked');
    const wordings = wordingRows(heads, await cellsOf(tables.wordings), 'free', 'all');
    expect(wordings).toHaveLength(8);
    expect(wordings[1]).toMatchObject({ detail: 'wording 2', filter: { probe: 'toy/bored', wording: '1' } });
  });
});

describe('measures', () => {
  const shown = measureViews(tables.measures, plan);

  it('come one for each kind that was measured', () => {
    expect(shown.map(({ view }) => view.id)).toEqual([
      'labels-0',
      'scale-0',
      'keys',
      'scans',
      'numbers',
      'letters',
      'games',
    ]);
  });

  it('have a row for each model and part with as many cells as columns', () => {
    for (const { view, heads: of } of shown)
      for (const by of ['format', 'domain'] as const) {
        const made = measureRows(view, of, by);
        expect(made.length).toBeGreaterThanOrEqual(3);
        for (const { cells } of made) expect(cells).toHaveLength(view.columns.length + 2);
      }
  });

  it('of labels count every answer once', () => {
    const labels = shown[0];
    const made = labels === undefined ? [] : measureRows(labels.view, labels.heads, 'format');
    for (const { cells } of made)
      expect(cells.slice(2, 7).reduce((sum, { value }) => sum + Number(value), 0)).toBe(20);
  });

  it('of keys name the fact that is missed most first', () => {
    const facts = shown.find(({ view }) => view.id === 'keys')?.view.more?.[0]?.rows ?? [];
    expect(facts.map(({ cells }) => cells[0]?.text)).toEqual([
      'Names 4 g as the most for a day',
      'Names 1 g as the most for one dose',
    ]);
  });
});

describe('checkpoints', () => {
  it('are drawn from the baseline on, sampled and read', () => {
    const series = checkpointSeries(plan.spec.models);
    expect(stepsOf(series)).toEqual([0, 10, 100]);
    const [shares] = stepSeries(series, (sha256) => stepNumbers(tables, sha256, 'all').share);
    const [logs] = stepSeries(series, (sha256) => stepNumbers(tables, sha256, 'all').letters);
    expect(shares?.values).toEqual(
      plan.spec.models.map(
        ({ sha256 }) => rateCell(rows.filter(({ model }) => model === sha256)).ofAll?.rate,
      ),
    );
    expect(logs?.values.every((value) => value !== null && value < 0)).toBe(true);
  });
});

describe('filters', () => {
  it('offer what there is to choose between', () => {
    const options = filterOptions(plan, headsOf(plan));
    expect(options.turns).toHaveLength(2);
    expect(options.wordings).toHaveLength(2);
    expect(options.tasks.map(({ value }) => value)).toEqual(['answer', 'number', 'choice', 'game']);
    expect(options.labels.map(({ label }) => label)).toContain('Told an untruth: unreadable');
    expect(options.checks.map(({ value }) => value)).toEqual([
      'fact-missed',
      'schema-missed',
      'finding',
      'not-parsed',
    ]);
  });

  const of = (row: number) => plan.groups[rows[row]?.group ?? -1];
  it.each([
    [{ domain: 'pharmacy' }, (row: number) => of(row)?.domain === 'pharmacy'],
    [{ task: 'game' }, (row: number) => of(row)?.task.kind === 'game'],
    [{ turn: '1' }, (row: number) => rows[row]?.turn === 1],
    [
      { wording: '1', format: 'json' },
      (row: number) => rows[row]?.wording === 1 && rows[row].format === 'json',
    ],
    [{ label: labelValue('truth', 'FALSE') }, (row: number) => rows[row]?.labels?.[0]?.label === 'FALSE'],
    [{ check: 'finding' }, (row: number) => (rows[row]?.scan?.rules.length ?? 0) > 0],
    [{ check: 'fact-missed' }, (row: number) => rows[row]?.key?.facts.some(({ met }) => !met) === true],
    [{ outcome: 'measured' }, (row: number) => rows[row]?.onScales === false],
  ] as const)('keep what fits %j', async (part, fits) => {
    const places = await select({ rows, groups: plan.groups, filter: { ...NO_FILTER, ...part } });
    expect(places).toEqual([...rows.keys()].filter(fits));
    expect(places.length).toBeGreaterThan(0);
  });
});

it('what is needed stands for each model, with a dash where nothing is known', () => {
  const made = neededRows(heads, tables, 'all', { upper: 0.01, half: 0.05 });
  expect(made).toHaveLength(3);
  expect(made[2]?.cells[5]?.text).toBe('±5 points');
  expect(
    neededRows(heads, { models: new Map() }, 'all', { upper: 0.01, half: 0.05 })[0]?.cells[7]?.text,
  ).toBe('–');
});

it('a curve’s table says how many answers lie near the cut', () => {
  const curve = new Curve();
  for (const one of tables.curves.values()) curve.merge(one);
  const { rows: made, columns } = curveTable([
    { key: 'all', label: 'All', colour: 0, curve, shares: curve.shares(50, 'all') },
  ]);
  expect(made[0]?.cells).toHaveLength(columns.length);
  const near = rows.filter(({ onScales, alignment = -1 }) => onScales && alignment >= 25 && alignment <= 35);
  expect(made[0]?.cells.at(-1)?.value).toBe(near.length);
});
