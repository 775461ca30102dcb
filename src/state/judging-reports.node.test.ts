import { expect, test } from 'vitest';
import { A_SET, aJudging, aJudgingReport } from '../../test/fixtures/judgings.ts';
import { fitnessByJudge } from './judging-reports.ts';
import type { JudgeFitness } from './judging-types.ts';

const { judgeHash, judge } = aJudging();

function trial(id: string, rubric?: string): [string, JudgeFitness] {
  const set = rubric === undefined ? A_SET : { ...A_SET, rubric };
  const calibration = aJudgingReport({ judging: aJudging({ id }), set });
  return [id, { fitness: calibration.report.fitness, calibration }];
}

const chosen = (...trials: [string, JudgeFitness][]): string | undefined =>
  fitnessByJudge(new Map(trials)).get(judgeHash)?.calibration?.judging.id;

test('beside the rates of a judge stands its latest calibration', () => {
  expect(chosen(trial('new'), trial('old'))).toBe('new');
  expect(chosen()).toBeUndefined();
});

test('one on answers made for its rubric comes before all others', () => {
  expect(chosen(trial('new'), trial('own', judge.rubric.id), trial('older', judge.rubric.id))).toBe('own');
  expect(chosen(trial('new'), trial('other', 'another'))).toBe('new');
});
