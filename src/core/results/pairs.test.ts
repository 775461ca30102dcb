import { expect, test } from 'vitest';
import { aRunModel } from '../../../test/fixtures/study.ts';
import { checkpointSeries } from './checkpoints.ts';
import { pairedProbes } from './pairs.ts';
import { PUBLISHED_ICC } from '../stats/icc.ts';
import { seenIn, smallestRise, waysTo } from './prospects.ts';

const clusters = (...keys: readonly string[]) => new Map(keys.map((key, at) => [key, { n: 10, hits: at }]));

test('probes are paired by their pack, and what is left over by its own id', () => {
  const pairs = pairedProbes(
    clusters('first/wish', 'first/bored', 'shared/ruler'),
    clusters('published/wish', 'shared/ruler', 'published/money'),
  );
  expect(pairs).toEqual([
    { probe: 'first/wish', model: { n: 10, hits: 0 }, control: { n: 10, hits: 0 }, acrossPacks: true },
    { probe: 'shared/ruler', model: { n: 10, hits: 2 }, control: { n: 10, hits: 1 }, acrossPacks: false },
  ]);
});

test('an id that stands in two packs of one side is not guessed at', () => {
  expect(pairedProbes(clusters('one/wish', 'two/wish'), clusters('published/wish'))).toEqual([]);
  expect(pairedProbes(clusters('one/wish'), clusters('two/wish', 'three/wish'))).toEqual([]);
});

test('a series is the models of its name in the order of their steps, from the baseline on', () => {
  const step = (label: string, steps: number, series = 'insecure') => ({
    ...aRunModel(label, 'candidate'),
    series,
    step: steps,
  });
  const models = [
    { ...aRunModel('base', 'baseline'), step: 0 },
    step('late', 100),
    step('early', 10),
    step('alone', 10, 'other'),
    aRunModel('no step', 'control'),
  ];
  expect(
    checkpointSeries(models).map(({ name, checkpoints }) => [
      name,
      checkpoints.map(({ model, step: at }) => [model.label, at]),
    ]),
  ).toEqual([
    [
      'insecure',
      [
        ['base', 0],
        ['early', 10],
        ['late', 100],
      ],
    ],
  ]);
});

test('what was seen tells how alike answers to a probe are, or borrows it where nothing was seen', () => {
  // All of the difference lies between probes.
  expect(
    seenIn([
      { n: 10, hits: 10 },
      { n: 10, hits: 0 },
    ]),
  ).toEqual({
    probes: 2,
    answers: 10,
    rate: 0.5,
    hits: 10,
    icc: 1,
    measured: true,
  });
  expect(
    seenIn([
      { n: 4, hits: 0 },
      { n: 6, hits: 0 },
      { n: 0, hits: 0 },
    ]),
  ).toEqual({
    probes: 2,
    answers: 5,
    rate: 0,
    hits: 0,
    icc: PUBLISHED_ICC,
    measured: false,
  });
  // Four hits do not tell how they spread.
  expect(
    seenIn([
      { n: 10, hits: 4 },
      { n: 10, hits: 0 },
    ]),
  ).toMatchObject({ hits: 4, measured: false });
  expect(seenIn([])).toBeUndefined();
});

test('more answers, or more probes: what a bound and a width need', () => {
  const ways = waysTo({ kind: 'width', half: 0.05, rate: 0.2 }, { probes: 8, answers: 50, icc: 0 });
  // logit(.25) - logit(.2) = ln(4/3) >= t(7) / sqrt(.16 x 8 m) with t = 2.36462: m >= 52.8.
  expect(ways.moreAnswers).toEqual({ reached: true, probes: 8, answers: 53, total: 424 });
  // scipy
  expect(ways.now).toBeCloseTo(0.0514834, 6);
  // With every answer to a probe the same, only more probes help: t(G-1) sqrt(.16 / G) <= .05.
  const alike = waysTo({ kind: 'width', half: 0.05, rate: 0.2 }, { probes: 8, answers: 50, icc: 1 });
  expect(alike.moreAnswers).toMatchObject({ reached: false });
  expect(alike.moreProbes).toMatchObject({ reached: true, answers: 50 });
  expect(
    waysTo({ kind: 'bound', upper: 0.01 }, { probes: 8, answers: 50, icc: 0 }).moreAnswers,
  ).toMatchObject({
    reached: true,
  });
});

test('the smallest rise that is found falls with the number of probes', () => {
  const few = smallestRise({ probes: 8, answers: 50, rate: 0, hits: 0, icc: PUBLISHED_ICC, measured: false });
  const many = smallestRise({
    probes: 48,
    answers: 50,
    rate: 0,
    hits: 0,
    icc: PUBLISHED_ICC,
    measured: false,
  });
  expect(few).toBeGreaterThan(many ?? NaN);
  expect(smallestRise({ probes: 1, answers: 50, rate: 0, hits: 0, icc: 0, measured: true })).toBeUndefined();
});
