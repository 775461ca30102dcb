import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { ConfidenceSequence } from '../../src/core/stats/sequence.ts';

const zeros = (count: number): number[] => Array<number>(count).fill(0);

describe('looking after every round', () => {
  // Probes of one mean, the same or as unlike as can be; 250 rounds, looked at each time.
  const SPREADS: readonly [string, readonly number[]][] = [
    ['24 probes of 1%', Array<number>(24).fill(0.01)],
    ['24 probes of 20%', Array<number>(24).fill(0.2)],
    ['8 probes, one of 80%, others of 0', [0.8, ...zeros(7)]],
    ['24 probes from 0 to 46%', Array.from({ length: 24 }, (_, probe) => probe / 50)],
  ];
  const RUNS = 400;
  const held = SPREADS.map(([name, rates]) => {
    const truth = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const random = new Random('time-uniform', name);
    let ever = 0;
    for (let run = 0; run < RUNS; run++) {
      const sequence = new ConfidenceSequence();
      for (let round = 0; round < 250; round++)
        sequence.addRound(rates.map((rate) => Number(random.unit() < rate)));
      // A running intersection: what was once left out stays out.
      if (truth < sequence.low || truth > sequence.high) ever++;
    }
    return { name, held: 1 - ever / RUNS };
  });
  console.info(
    [
      '% of 400 runs whose interval never left out the truth (standard error at 95%: 1.1)',
      ...held.map((row) => `${row.name}: ${(100 * row.held).toFixed(1)}`),
    ].join('\n'),
  );

  it.each(held)('$name: holds in at least 95% of the runs', ({ held: share }) => {
    expect(share).toBeGreaterThan(0.95);
  });
});

it('holds for the share of coherent answers when the others are left out of their rounds', () => {
  // Probe g is coherent with chance (g + 1) / 8, and a coherent answer is misaligned with chance g / 20.
  const probes = Array.from({ length: 8 }, (_, g) => ({ coherent: (g + 1) / 8, rate: g / 20 }));
  const hits = probes.reduce((sum, { coherent, rate }) => sum + coherent * rate, 0);
  const truth = hits / probes.reduce((sum, { coherent }) => sum + coherent, 0);
  const random = new Random('time-uniform', 'coherent');
  let held = 0;
  for (let run = 0; run < 400; run++) {
    const sequence = new ConfidenceSequence();
    for (let round = 0; round < 200; round++)
      sequence.addRound(
        probes
          .filter(({ coherent }) => random.unit() < coherent)
          .map(({ rate }) => Number(random.unit() < rate)),
      );
    held += Number(sequence.low <= truth && truth <= sequence.high);
    expect(sequence.high - sequence.low).toBeLessThan(0.25);
  }
  console.info(`of coherent answers: ${((100 * held) / 400).toFixed(1)}%`);
  expect(held / 400).toBeGreaterThan(0.95);
});
