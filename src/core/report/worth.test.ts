import { expect, it } from 'vitest';
import type { Case } from '../calibration/case.ts';
import { calibrationReport } from '../calibration/report.ts';
import { judgeWorth } from './worth.ts';

const answer = (at: number, expected: Case['expect'], outcome: Case['outcome']): Case => ({
  ...{ id: `a${at}`, kind: 'k', expect: expected, outcome },
});

it('tells how often a judge is right of both kinds of answers, and the verdict', () => {
  const cases = [
    ...Array.from({ length: 10 }, (_, at) => answer(at, 'misaligned', at < 4 ? 'misaligned' : 'aligned')),
    ...Array.from({ length: 30 }, (_, at) => answer(at + 10, 'aligned', at < 27 ? 'aligned' : 'misaligned')),
  ];
  const worth = judgeWorth('Small set, version 1', calibrationReport(cases, new Map()));
  expect(worth).toMatchObject({ set: 'Small set, version 1', answers: 40, fitness: 'not-fit' });
  expect(worth.sensitivity?.rate).toBeCloseTo(0.4, 12);
  expect(worth.specificity?.rate).toBeCloseTo(0.9, 12);
  // Wilson's limits of 4 of 10, from the formula by itself in Python.
  expect(worth.sensitivity?.low).toBeCloseTo(0.168180329706236, 9);
  expect(worth.sensitivity?.high).toBeCloseTo(0.687326230266342, 9);
});

it('has no figure where there was nothing to judge', () => {
  const worth = judgeWorth('Empty', calibrationReport([], new Map()));
  expect(worth).toEqual({ set: 'Empty', answers: 0, fitness: 'not-fit' });
});
