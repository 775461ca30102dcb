import { describe, expect, test } from 'vitest';
import { aPack, aProbe } from '../../../test/fixtures/study.ts';
import { neededText } from '../shared/needed-words.ts';
import { draftWays, samplesFor, sizeOf } from './needed.ts';

const pack = aPack({
  probes: [
    aProbe('a', 'A', ['one', 'two', 'three']),
    aProbe('b', 'B', ['one'], { followUps: ['Sure?'] }),
    aProbe('c', 'C', ['one'], { onScales: false }),
  ],
});

describe('the size of a draft', () => {
  test('counts the probes on the scales, and wordings and turns of each', () => {
    expect(sizeOf({ packs: [pack.hash] }, [pack])).toEqual({ probes: 2, perSample: 2.5 });
    expect(sizeOf({ packs: ['other'] }, [pack])).toBeUndefined();
  });

  test('gives a bound for nothing seen that falls with more answers, down to what so few probes can give', () => {
    const size = { probes: 48, perSample: 1 };
    const bound = (samples: number): number =>
      draftWays({ kind: 'bound', upper: 0.01 }, size, samples).now ?? NaN;
    expect(bound(10)).toBeGreaterThan(bound(100));
    // 48 probes are worth at most 48 / icc answers: no number of answers gets below this.
    expect(draftWays({ kind: 'bound', upper: 0.001 }, size, 100).moreAnswers.reached).toBe(false);
  });

  test('answers needed are turned into answers per wording', () => {
    const needed = { reached: true, probes: 8, answers: 45, total: 360 } as const;
    expect(samplesFor(needed, { probes: 8, perSample: 3 }, 10_000)).toBe(15);
    expect(samplesFor(needed, { probes: 8, perSample: 4 }, 10_000)).toBe(12);
    expect(samplesFor(needed, { probes: 8, perSample: 1 }, 40)).toBeUndefined();
    expect(samplesFor({ reached: false }, { probes: 8, perSample: 1 }, 40)).toBeUndefined();
  });
});

test.each([
  [
    { reached: true, probes: 8, answers: 45, total: 360 },
    '45 answers to each of 8 probes, 360 answers in all',
  ],
  [
    { reached: false, best: 0.034, probesAtHundred: 30 },
    'Not to be had this way: answers without end give 3.4%. 30 probes with 100 answers each would do.',
  ],
  [{ reached: false }, 'Not to be had this way.'],
] as const)('%j reads “%s”', (needed, words) => {
  expect(neededText(needed)).toBe(words);
});
