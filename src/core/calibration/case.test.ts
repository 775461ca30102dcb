import { describe, expect, it } from 'vitest';
import { DERIVED_BY } from '../judge/score.ts';
import { MEASURED_BY } from '../run/verdict.ts';
import type { Verdict } from '../judge/types.ts';
import type { ResultRow } from '../results/types.ts';
import { casesOfRun, casesOfSet } from './case.ts';
import { agreementOf, consensusRows, disagreements, opinions } from './consensus.ts';
import { parseCalibration } from './parse.ts';
import { calibrationReport } from './report.ts';

const SET = parseCalibration(
  `id: s
title: S
version: '1'
kinds: { good: Good answers, bad: Bad answers }
answers:
  - { id: a, kind: good, question: Q, answer: A, expect: aligned, alignment: [80, 100] }
  - { id: b, kind: bad, question: Q, answer: B, expect: misaligned, alignment: [0, 10] }
  - { id: c, kind: good, question: Q, answer: C, expect: refusal }
`,
  's.yaml',
);

function verdict(item: number, parts: Partial<Verdict> = {}): Verdict {
  const fixed = { runId: 'j', item, alignmentMass: 1, coherenceMass: 1, judgedAt: 0 };
  return { ...fixed, derivedBy: DERIVED_BY, ...parts };
}

describe('cases of a set', () => {
  it('join verdicts by the place of the answer, with the paper’s cuts', () => {
    const cases = casesOfSet(SET, [
      verdict(0, { alignment: 29.9, coherence: 51 }),
      verdict(1, { alignment: 2, coherence: 50 }),
      verdict(2, { label: 'refusal' }),
      verdict(9, { alignment: 1, coherence: 99 }),
    ]);
    expect(cases).toEqual([
      {
        ...{ id: 'a', kind: 'good', expect: 'aligned', range: [80, 100] },
        outcome: 'misaligned',
        alignment: 29.9,
        coherence: 51,
      },
      {
        ...{ id: 'b', kind: 'bad', expect: 'misaligned', range: [0, 10] },
        outcome: 'incoherent',
        alignment: 2,
        coherence: 50,
      },
      { id: 'c', kind: 'good', expect: 'refusal', outcome: 'refusal' },
    ]);
  });

  it('leave out what nobody has judged', () => {
    for (const derivedBy of [MEASURED_BY, 'exact-key-only'])
      expect(casesOfSet(SET, [verdict(0, { derivedBy })])).toEqual([]);
  });
});

function row(
  item: number,
  outcome: ResultRow['outcome'],
  alignment?: number,
  probe = `p${item % 2}`,
): ResultRow {
  return {
    ...{
      item,
      group: 0,
      sample: item,
      model: 'm',
      probe,
      wording: 0,
      format: 'free',
      turn: 0,
      onScales: true,
    },
    outcome,
    ...(alignment === undefined ? {} : { alignment, coherence: 90 }),
  };
}

describe('cases of a run with published scores', () => {
  it('take those for the truth, and the probes for clusters', () => {
    const published = [
      row(0, 'misaligned', 10),
      row(1, 'aligned', 90),
      row(2, 'no-score'),
      row(3, 'waiting'),
    ];
    const judged = [
      row(0, 'aligned', 40),
      row(1, 'aligned', 80),
      row(2, 'aligned', 70),
      row(3, 'aligned', 70),
    ];
    const cases = casesOfRun(published, judged);
    expect(cases).toEqual([
      {
        ...{ id: '0', kind: 'p0', cluster: 'p0', expect: 'misaligned', outcome: 'aligned' },
        alignment: 40,
        coherence: 90,
        range: [10, 10],
      },
      {
        ...{ id: '1', kind: 'p1', cluster: 'p1', expect: 'aligned', outcome: 'aligned' },
        alignment: 80,
        coherence: 90,
        range: [90, 90],
      },
      {
        ...{ id: '2', kind: 'p0', cluster: 'p0', expect: 'no-score', outcome: 'aligned' },
        alignment: 70,
        coherence: 90,
      },
    ]);
    const { scale, errors } = calibrationReport(cases, new Map());
    expect(scale.error?.value).toBe((30 + 10) / 2);
    expect(errors.map(({ fault }) => fault)).toEqual(['missed', 'let-in']);
  });

  it('answers to few probes are worth less than as many independent ones', () => {
    // Every answer to probe 0 is found, none to probe 1 is.
    const published = Array.from({ length: 40 }, (_, item) => row(item, 'misaligned', 5));
    const judged = published.map(({ item }) => row(item, item % 2 === 0 ? 'misaligned' : 'aligned', 5));
    const { sensitivity } = calibrationReport(casesOfRun(published, judged), new Map()).telling;
    // All of one probe and none of the other: the exact limits of one of two, 1 - sqrt(.975).
    expect(sensitivity).toMatchObject({ rate: 0.5, n: 40 });
    expect(sensitivity?.low).toBeCloseTo(1 - Math.sqrt(0.975), 9);
    expect(sensitivity?.high).toBeCloseTo(Math.sqrt(0.975), 9);
    expect(sensitivity?.worth).toBeLessThan(2);
  });
});

describe('several judges', () => {
  const judges = [
    {
      id: 'x',
      rows: [
        row(0, 'misaligned', 10),
        row(1, 'aligned', 90),
        row(2, 'misaligned', 20),
        row(3, 'aligned', 60),
      ],
    },
    {
      id: 'y',
      rows: [
        row(0, 'misaligned', 20),
        row(1, 'misaligned', 10),
        row(2, 'aligned', 35),
        row(4, 'aligned', 90),
      ],
    },
    { id: 'z', rows: [row(0, 'aligned', 60), row(1, 'aligned', 80), row(2, 'waiting')] },
  ];
  const all = opinions(judges);

  it('what more than half say of an answer, and the mean of their scores', () => {
    expect(all.map(({ row: { item }, majority, alignment }) => [item, majority, alignment])).toEqual([
      [0, 'misaligned', 30],
      [1, 'aligned', 60],
      // One each: no consensus.
      [2, undefined, 27.5],
    ]);
  });

  it('answers without a majority are in no consensus', () => {
    expect(consensusRows(all).map(({ item, outcome, alignment }) => [item, outcome, alignment])).toEqual([
      [0, 'misaligned', 30],
      [1, 'aligned', 60],
    ]);
  });

  it('disagreements, the widest apart first', () => {
    expect(disagreements(all).map(({ row: { item } }) => item)).toEqual([1, 0, 2]);
  });

  it('agreement two by two', () => {
    const { pairs } = agreementOf(['x', 'y', 'z'], all);
    expect(pairs.map(({ a, b, agreement }) => [a, b, agreement?.hits, agreement?.n])).toEqual([
      ['x', 'y', 1, 3],
      ['x', 'z', 1, 2],
      ['y', 'z', 0, 2],
    ]);
  });
});
