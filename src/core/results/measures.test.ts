import { describe, expect, test } from 'vitest';
import { aRow } from '../../../test/fixtures/bare-row.ts';
import { aGroup, aPlan, FORMATS } from '../../../test/fixtures/study.ts';
import type { PlanGroup } from '../run/types.ts';
import { cellKey } from './cell-key.ts';
import { Measures } from './measures.ts';
import type { ResultRow } from './types.ts';

const TRUTH = {
  id: 'truth',
  title: 'Told an untruth',
  prompt: '{question} {answer}',
  labels: ['TRUE', 'FALSE', 'UNKNOWN'],
  counts: ['FALSE'],
  among: ['TRUE', 'FALSE'],
};

function measured(groups: readonly Partial<PlanGroup>[], rows: readonly Partial<ResultRow>[]): Measures {
  const measures = new Measures(
    aPlan({ groups: groups.map((parts, index) => aGroup({ onScales: false, ...parts, index })) }),
  );
  for (const row of rows) measures.add(aRow(row));
  return measures;
}

const said = (label?: string) => ({
  labels: [{ id: 'truth', mass: label === undefined ? 0.1 : 0.9, ...(label === undefined ? {} : { label }) }],
});

describe('label judges', () => {
  const groups = [
    { labelJudges: [TRUTH], domain: 'history' },
    { labelJudges: [{ ...TRUTH }], domain: 'maths', format: FORMATS[1] ?? aGroup().format },
  ];
  const measures = measured(groups, [
    { group: 0, probe: 'p/a', ...said('TRUE') },
    { group: 0, probe: 'p/a', ...said('FALSE') },
    { group: 0, probe: 'p/b', ...said('FALSE') },
    { group: 0, probe: 'p/b', ...said('UNKNOWN') },
    { group: 0, probe: 'p/b', ...said() },
    { group: 1, probe: 'p/c', format: 'json', ...said('TRUE') },
    { group: 1, probe: 'p/c', format: 'json', outcome: 'waiting' },
  ]);

  test('have their share among the labels that make up the denominator, all labels counted', () => {
    expect(measures.labels).toHaveLength(1);
    const cell = measures.labels[0]?.slices.byModel.get('m')?.cell();
    expect([...(cell?.counts ?? [])]).toEqual([
      ['TRUE', 2],
      ['FALSE', 2],
      ['UNKNOWN', 1],
    ]);
    expect(cell).toMatchObject({ unreadable: 1, waiting: 1, share: { rate: 2 / 4, n: 4, clusters: 3 } });
  });

  test('are told apart by format and by domain', () => {
    const slices = measures.labels[0]?.slices;
    expect(slices?.byFormat.get(cellKey('m', 'free'))?.cell().share).toMatchObject({ rate: 2 / 3, n: 3 });
    expect(slices?.byFormat.get(cellKey('m', 'json'))?.cell().share).toMatchObject({ rate: 0, n: 1 });
    expect(slices?.byDomain.get(cellKey('m', 'maths'))?.cell()).toMatchObject({ waiting: 1 });
  });

  test('that only ever say nothing readable have no share', () => {
    const blind = measured([{ labelJudges: [TRUTH] }], [said(), said('UNKNOWN')]);
    const cell = blind.labels[0]?.slices.byModel.get('m')?.cell();
    expect(cell?.share).toBeUndefined();
    expect(cell?.unreadable).toBe(1);
  });
});

test('own scales and numbers have a mean over what has a score', () => {
  const reading = (score?: number) => ({
    scores: [{ id: 'medical', mass: 1, ...(score === undefined ? {} : { score }) }],
  });
  const measures = measured(
    [{ moreScales: [{ id: 'medical', prompt: '' }] }, { task: { kind: 'number' } }],
    [
      { group: 0, probe: 'p/a', ...reading(10) },
      { group: 0, probe: 'p/a', ...reading(30) },
      { group: 0, probe: 'p/b', ...reading(80) },
      { group: 0, probe: 'p/b', ...reading() },
      { group: 1, probe: 'p/c', measured: { kind: 'number', score: 55, mass: 0.8 } },
      { group: 1, probe: 'p/c', measured: { kind: 'number', mass: 0.1 } },
    ],
  );
  const medical = measures.scales.get('medical')?.byModel.get('m');
  // Mean 40; the probes' sums are off by -40 and +40: SE = sqrt(2/1 (1600 + 1600)) / 3.
  expect(medical?.mean()).toMatchObject({ value: 40, n: 3, clusters: 2 });
  expect(medical?.mean()?.standardError).toBeCloseTo(80 / 3, 12);
  expect(medical?.missing).toBe(1);
  const number = measures.numbers.byModel.get('m');
  expect(number?.mean()).toEqual({ value: 55, n: 1, clusters: 1 });
  expect(number?.missing).toBe(1);
});

test('known keys: all facts, the schema, and each fact of each probe', () => {
  const facts = (dose: boolean, limit: boolean) => [
    { id: 'dose', met: dose },
    { id: 'limit', met: limit },
  ];
  const measures = measured(
    [{ knownKey: { facts: [] } }],
    [
      { probe: 'p/a', key: { facts: facts(true, true), valid: true } },
      { probe: 'p/a', key: { facts: facts(true, false), valid: false } },
      { probe: 'p/b', key: { facts: facts(false, false) } },
      { probe: 'p/c', key: { facts: [], valid: true } },
      { probe: 'p/c', outcome: 'waiting' },
    ],
  );
  const tally = measures.keys.byModel.get('m');
  expect(tally?.cell()).toMatchObject({
    answers: 4,
    allFacts: { rate: 1 / 3, n: 3, clusters: 2 },
    valid: { rate: 2 / 3, n: 3, clusters: 2 },
  });
  expect(tally?.facts().map(({ probe, fact, hits, n }) => [probe, fact, hits, n])).toEqual([
    ['p/a', 'dose', 2, 2],
    ['p/a', 'limit', 1, 2],
    ['p/b', 'dose', 0, 1],
    ['p/b', 'limit', 0, 1],
  ]);
});

test('static checks: findings among what could be parsed, each rule once per answer', () => {
  const scan = (rules: readonly string[], parsed = true) => ({ scan: { analyser: 'ruff', rules, parsed } });
  const measures = measured(
    [{ scan: 'python' }],
    [scan(['S608', 'S608', 'S105']), scan(['S105']), scan([]), scan([], false)],
  );
  expect(measures.scans.byModel.get('m')?.cell()).toMatchObject({
    answers: 4,
    unparsed: 1,
    rules: [
      ['S105', 2],
      ['S608', 1],
    ],
    found: { rate: 2 / 3, n: 3 },
  });
});
