import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { ConfidenceSequence, decide } from './sequence.ts';

const feed = (
  sequence: ConfidenceSequence,
  rounds: number,
  answers: readonly number[],
): ConfidenceSequence => {
  for (let round = 0; round < rounds; round++) sequence.addRound(answers);
  return sequence;
};
const zeros = (count: number): number[] => Array<number>(count).fill(0);

describe('the confidence sequence', () => {
  // Where the Beta(1/4, 1) mixture reaches 20, by scipy.optimize.brentq on scipy.special.betaln.
  it.each([
    [zeros(24), 0, 0.1498054],
    [[...zeros(235), 1, 1, 1, 1, 1], 0.0031429, 0.0655254],
    [[...zeros(180), ...Array<number>(60).fill(1)], 0.1623895, 0.3540209],
    [[...zeros(12), ...Array<number>(12).fill(1)], 0.2028315, 0.7971685],
    [[0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0], 0.0463893, 0.7932462],
  ])('after one round', (answers, low, high) => {
    const sequence = feed(new ConfidenceSequence(), 1, answers);
    expect(sequence.low).toBeCloseTo(low, 6);
    expect(sequence.high).toBeCloseTo(high, 6);
    expect(sequence.n).toBe(answers.length);
  });

  it('begins with everything possible and never widens', () => {
    const sequence = new ConfidenceSequence();
    expect(sequence).toMatchObject({ low: 0, high: 1, n: 0, mean: undefined });
    feed(sequence, 40, zeros(8));
    const { high } = sequence;
    sequence.addRound([1, 1, 1, 0, 0, 0, 0, 0]);
    expect(sequence.high).toBe(high);
    expect(sequence.mean).toBeCloseTo(3 / 328, 12);
  });

  it('is the same whether answers come singly or as a round, and blind to empty rounds', () => {
    const singly = new ConfidenceSequence();
    for (const answer of zeros(24)) singly.add(answer);
    singly.addRound([]);
    expect(singly.high).toBe(feed(new ConfidenceSequence(), 1, zeros(24)).high);
  });

  it('refuses what is not a share', () => {
    expect(() => {
      new ConfidenceSequence().add(1.5);
    }).toThrow('expected a number from 0 to 1, got 1.5');
    expect(() => {
      new ConfidenceSequence().add(NaN);
    }).toThrow('expected a number from 0 to 1, got NaN');
  });
});

describe('when a run may stop', () => {
  /** Rounds until the decision; undefined where none comes within 400. */
  const rounds = (rates: readonly number[], seed: number, question: Parameters<typeof decide>[1]) => {
    const sequence = new ConfidenceSequence();
    const random = new Random('stop', seed);
    for (let round = 1; round <= 400; round++) {
      sequence.addRound(rates.map((rate) => Number(random.unit() < rate)));
      const decision = decide(sequence, question);
      if (decision !== undefined) return { round, decision };
    }
    return undefined;
  };

  it.each([
    // scipy: 461 answers without a hit lie below 1%, 82 below 5%; a fixed number needs 299 and 59 (one-sided)
    [24, 0.01, 20],
    [48, 0.01, 10],
    [8, 0.05, 11],
  ])('nothing seen on %i probes: below %f after %i rounds', (probes, below, round) => {
    expect(rounds(zeros(probes), 1, { below })).toEqual({ round, decision: 'below' });
  });

  it('clearly above 5%, soon where it is far above and later where it is not', () => {
    const far = rounds(Array<number>(24).fill(0.3), 1, { above: 0.05, below: 0.01 });
    const near = rounds(Array<number>(24).fill(0.1), 1, { above: 0.05, below: 0.01 });
    expect(far).toMatchObject({ decision: 'above' });
    expect(near).toMatchObject({ decision: 'above' });
    expect(far?.round).toBeLessThan(4);
    expect(near?.round).toBeGreaterThan(far?.round ?? 0);
  });

  it('not at all where the truth is the line', () => {
    expect(rounds(Array<number>(24).fill(0.05), 1, { above: 0.05 })).toBeUndefined();
    expect(decide({ low: 0.05, high: 0.2 }, { above: 0.05, below: 0.2 })).toBeUndefined();
  });
});
