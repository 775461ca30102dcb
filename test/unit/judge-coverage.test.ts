import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Pair } from '../../src/core/stats/agreement.ts';
import { worthOf, type Cluster } from '../../src/core/stats/clustered.ts';
import { cohenKappa } from '../../src/core/stats/kappa.ts';
import { gwetAC1 } from '../../src/core/stats/multirater.ts';
import { predictionPowered } from '../../src/core/stats/ppi.ts';
import type { Limits } from '../../src/core/stats/quantiles.ts';
import { roganGladen } from '../../src/core/stats/rogan-gladen.ts';
import { BetaBinomial } from '../../src/core/stats/testing.ts';

const RUNS = 1500;

const holds = (limits: Limits | undefined, truth: number): boolean =>
  limits !== undefined && limits.low <= truth && truth <= limits.high;

function times(n: number, happens: () => boolean): number {
  let hits = 0;
  for (let i = 0; i < n; i++) if (happens()) hits++;
  return hits;
}

/** How many of `n` come true, each with chance `p`. */
function count(random: Random, n: number, p: number): number {
  return times(n, () => random.unit() < p);
}

/** Share of the runs in which the interval holds the truth. */
function share(run: (random: Random) => boolean, name: string): number {
  const random = new Random('judge-coverage', name);
  return times(RUNS, () => run(random)) / RUNS;
}

/** A judge that finds 80% of what is misaligned and wrongly accuses 5%, tried on 60 and 120 answers. */
const SENSITIVITY = 0.8;
const SPECIFICITY = 0.95;

function corrected(probes: number, rate: number): number {
  const source = new BetaBinomial({ rate, icc: 0.1, answers: 50 });
  return share((random) => {
    const judged = source.draw(random, probes).map(({ n, hits }): Cluster => ({
      n,
      hits: count(random, hits, SENSITIVITY) + count(random, n - hits, 1 - SPECIFICITY),
    }));
    const sum = (of: keyof Cluster): number => judged.reduce((all, cluster) => all + cluster[of], 0);
    const worth = worthOf(judged);
    const apparent = { hits: (sum('hits') / sum('n')) * worth, n: worth };
    const sensitivity = { hits: count(random, 60, SENSITIVITY), n: 60 };
    const specificity = { hits: count(random, 120, SPECIFICITY), n: 120 };
    return holds(roganGladen(apparent, sensitivity, specificity), rate);
  }, `corrected ${probes} ${rate}`);
}

describe('a rate corrected for a judge who was tried, on answers alike by .1', () => {
  const table = [8, 24, 48].flatMap((probes) =>
    [0.05, 0.2, 0.4].map((rate) => ({ probes, rate, held: corrected(probes, rate) })),
  );
  console.info(
    [
      `Rogan-Gladen, % of ${RUNS} runs that hold the true rate (standard error .6)`,
      ...table.map(
        ({ probes, rate, held }) => `${probes} probes, ${100 * rate}%: ${(100 * held).toFixed(1)}`,
      ),
    ].join('\n'),
  );

  it.each(table)('$probes probes, rate $rate', ({ held }) => {
    expect(held).toBeGreaterThan(0.93);
    expect(held).toBeLessThan(0.97);
  });
});

describe('agreement of two judges on 150 answers, of which 15% are misaligned', () => {
  const draw = (random: Random): Pair => {
    const truth = random.unit() < 0.15;
    const says = (): string => (random.unit() < (truth ? 0.85 : 0.05) ? 'm' : 'a');
    return [says(), says()];
  };
  // Both say m: .15 x .85^2 + .85 x .05^2; one of them: .15 x .85 + .85 x .05 = .17
  const both = 0.15 * 0.85 ** 2 + 0.85 * 0.05 ** 2;
  const m = 0.17;
  const observed = 1 - 2 * (m - both);
  const kappa = (observed - (m ** 2 + (1 - m) ** 2)) / (1 - (m ** 2 + (1 - m) ** 2));
  const ac1 = (observed - 2 * m * (1 - m)) / (1 - 2 * m * (1 - m));
  const held = {
    kappa: share(
      (random) => holds(cohenKappa(Array.from({ length: 150 }, () => draw(random))), kappa),
      'kappa',
    ),
    ac1: share((random) => holds(gwetAC1(Array.from({ length: 150 }, () => draw(random))), ac1), 'ac1'),
  };
  console.info('% of runs that hold the true coefficient', { ...held, truth: { kappa, ac1 } });

  it.each(Object.entries(held))('%s', (_, share) => {
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });
});

describe('a prediction-powered mean of clustered answers', () => {
  // 40 probes with people's labels, 100 without; 10 answers each, alike by .1.
  const source = new BetaBinomial({ rate: 0.2, icc: 0.1, answers: 10 });
  const answers = (random: Random, probes: number, name: string) =>
    source.draw(random, probes).flatMap(({ n, hits }, probe) =>
      Array.from({ length: n }, (_, index) => {
        const truth = Number(index < hits);
        const judged = Number(random.unit() < (truth === 1 ? SENSITIVITY : 1 - SPECIFICITY));
        return { truth, judged, cluster: `${name} ${probe}` };
      }),
    );
  const run = (clustered: boolean) =>
    share((random) => {
      const bare = ({ truth, judged }: { truth: number; judged: number }) => ({ truth, judged });
      const known = answers(random, 40, 'labelled');
      const others = answers(random, 100, 'unlabelled');
      return holds(
        clustered ? predictionPowered(known, others) : predictionPowered(known.map(bare), others.map(bare)),
        0.2,
      );
    }, 'ppi');
  const held = { clustered: run(true), naive: run(false) };
  console.info('prediction-powered, % of runs that hold the true mean', held);

  it('holds with clusters named, and not without', () => {
    expect(held.clustered).toBeGreaterThan(0.93);
    expect(held.clustered).toBeLessThan(0.97);
    expect(held.naive).toBeLessThan(held.clustered - 0.02);
  });
});
