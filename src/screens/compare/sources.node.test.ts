import { describe, expect, it } from 'vitest';
import { tallies } from '../../core/results/tabulate.ts';
import { aFullPlan, anOpenRun, someRows } from '../../../test/fixtures/result-rows.ts';
import { aRun, aRunModel } from '../../../test/fixtures/study.ts';
import { pairedOf } from '../../core/results/tabulate.ts';
import { cellKey } from '../shared/tables.ts';
import { caveats, formatsOf, sourceKey, sourcesOf } from './sources.ts';

const plan = aFullPlan();
const one = anOpenRun({ plan, run: aRun({ id: 'run-1', title: 'First', spec: plan.spec }) });
const two = anOpenRun({ plan, run: aRun({ id: 'run-2', title: 'Second', spec: plan.spec }) });

describe('sources', () => {
  it('keep the same model of two runs apart', () => {
    const sources = sourcesOf([one, two]);
    expect(new Set(sources.map(({ key }) => key)).size).toBe(8);
    expect(sources[0]?.key).toBe(sourceKey('run-1', plan.spec.models[0]?.sha256 ?? ''));
    expect(sources.map(({ label }) => label)).toContain('Toy insecure (Second)');
  });

  it('name the run only where two models are called alike, and its id where titles agree', () => {
    expect(sourcesOf([one])[0]?.label).toBe('Toy base');
    const other = aFullPlan({ models: [aRunModel('Published', 'candidate')] });
    const published = anOpenRun({
      plan: other,
      run: aRun({ id: 'run-3', title: 'Other', spec: other.spec }),
    });
    expect(sourcesOf([one, published]).map(({ label }) => label)).toContain('Published');
    expect(sourcesOf([one, published])[0]?.label).toBe('Toy base');
    const twin = anOpenRun({ plan, run: aRun({ id: 'abcdefghij', title: 'First', spec: plan.spec }) });
    expect(sourcesOf([one, twin])[4]?.label).toBe('Toy base (First abcdefgh)');
  });

  it('have each format once', () => {
    expect(formatsOf([one, two]).map(({ id }) => id)).toEqual(['free', 'json', 'python']);
  });
});

describe('caveats', () => {
  it('has none for runs that differ in nothing', () => {
    expect(caveats([one, two])).toEqual([]);
  });

  it.each([
    [{ packs: ['other'] }, 'different probe packs'],
    [{ judge: undefined }, 'different judge models'],
  ])('names what differs: %j', (part, words) => {
    const { judge, ...rest } = plan.spec;
    const spec = 'judge' in part ? rest : { ...rest, ...part, ...(judge === undefined ? {} : { judge }) };
    const other = anOpenRun({ plan, run: aRun({ id: 'run-3', spec }) });
    expect(caveats([one, other]).join(' ')).toContain(words);
  });

  it('names an unfinished run', () => {
    const other = anOpenRun({ plan, run: aRun({ id: 'run-3', spec: plan.spec, status: 'paused' }) });
    expect(caveats([one, other])).toEqual(['One of the runs is not finished.']);
  });
});

describe('pairedOf', () => {
  const byCell = (seed: number) => tallies(someRows(plan, seed), (row) => cellKey(row.model, row.format));
  const model = (place: number): string => plan.spec.models[place]?.sha256 ?? '';

  it('pairs models of two runs by their probes', () => {
    const difference = pairedOf(
      byCell(1).get(cellKey(model(3), 'free')),
      byCell(2).get(cellKey(model(1), 'free')),
      'all',
    );
    expect(difference?.probes).toBe(8);
    expect(difference?.difference).toBeGreaterThan(0.15);
    expect(difference?.low).toBeGreaterThan(0);
  });

  it('pairs only probes that both were asked, and none gives no number', () => {
    const rows = someRows(plan);
    const half = tallies(
      rows.filter(({ probe }) => probe === 'toy/toy-wish'),
      (row) => cellKey(row.model, row.format),
    );
    const all = tallies(rows, (row) => cellKey(row.model, row.format));
    const key = cellKey(model(3), 'free');
    expect(pairedOf(half.get(key), all.get(cellKey(model(1), 'free')), 'all')?.probes).toBe(1);
    expect(pairedOf(undefined, all.get(key), 'all')).toBeUndefined();
    const other = tallies(
      rows.map((row) => ({ ...row, probe: `other/${row.probe}` })),
      (row) => cellKey(row.model, row.format),
    );
    expect(pairedOf(other.get(key), all.get(key), 'all')).toBeUndefined();
  });
});
