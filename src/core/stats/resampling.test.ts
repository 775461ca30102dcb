import { describe, expect, it } from 'vitest';
import { clusterBootstrap } from './bootstrap.ts';
import { clusteredRate, worthOf, type Cluster } from './clustered.ts';
import { clusteredLogit, shownDegrees } from './logit.ts';
import { pairedDifference } from './paired.ts';
import { WildBootstrap, wildDifference, wildRate } from './wild.ts';

// Every expected value here was computed in Python (numpy, scipy) by code written apart from this one.
const HITS = [12, 3, 0, 7, 25, 1, 4, 9];
const ANSWERS = [50, 50, 48, 50, 50, 40, 50, 50];
const clusters: Cluster[] = HITS.map((hits, index) => ({ hits, n: ANSWERS[index] ?? 0 }));
const rateOf = (drawn: readonly Cluster[]): number =>
  drawn.reduce((sum, { hits }) => sum + hits, 0) / drawn.reduce((sum, { n }) => sum + n, 0);

describe('61 of 388 answers to eight probes', () => {
  it('straight and on the log-odds scale', () => {
    expect(clusteredRate(clusters)?.low).toBeCloseTo(0.0211172, 6);
    expect(clusteredRate(clusters)?.high).toBeCloseTo(0.2933158, 6);
    expect(clusteredLogit(clusters)).toMatchObject({ method: 'clustered-logit', n: 388, clusters: 8 });
    expect(clusteredLogit(clusters)?.low).toBeCloseTo(0.0595845, 6);
    expect(clusteredLogit(clusters)?.high).toBeCloseTo(0.3545163, 6);
  });

  it('has limits no wider than if every probe were one answer, however few probes have hits', () => {
    const asked = [...Array<number>(36).fill(2), ...Array<number>(42).fill(3)];
    const one = clusteredLogit(asked.map((n, probe) => ({ n, hits: probe === 77 ? 1 : 0 })));
    expect(one?.rate).toBeCloseTo(1 / 198, 12);
    // scipy.stats.beta: Clopper-Pearson for a rate of 1/198 of 75.1 answers
    expect(one?.high).toBeCloseTo(0.0576283, 6);
    expect(one?.low).toBeGreaterThan(0);
  });

  it('show fewer degrees of freedom than there are probes, because one has 25 of the hits', () => {
    expect(shownDegrees(clusters)).toBeCloseTo(5.634752, 5);
    expect(shownDegrees([3, 5, 3, 5].map((hits) => ({ n: 10, hits })))).toBe(3);
    // squares 56.25 and five times 2.25: 2 / (.7 - 1/6)
    expect(shownDegrees([9, 0, 0, 0, 0, 0].map((hits) => ({ n: 10, hits })))).toBeCloseTo(3.75, 12);
  });

  it('are worth 27.7 independent ones', () => {
    expect(worthOf(clusters)).toBeCloseTo(27.651518, 5);
    expect(clusteredRate(clusters)?.worth).toBeCloseTo(27.651518, 5);
    expect(worthOf([{ n: 10, hits: 2 }])).toBe(10);
    expect(worthOf([])).toBe(0);
  });

  it('bootstrap by cluster', () => {
    // 50,000 draws of scipy.stats.bootstrap; the error of 20,000 draws here is about .002.
    const boot = clusterBootstrap(clusters, rateOf, { seed: 1, draws: 20_000 });
    expect(boot?.estimate).toBeCloseTo(61 / 388, 12);
    expect(Math.abs((boot?.percentile.low ?? 9) - 0.0651)).toBeLessThan(0.005);
    expect(Math.abs((boot?.percentile.high ?? 9) - 0.2714)).toBeLessThan(0.005);
    expect(Math.abs((boot?.bca?.low ?? 9) - 0.0794)).toBeLessThan(0.005);
    expect(Math.abs((boot?.bca?.high ?? 9) - 0.309)).toBeLessThan(0.007);
  });

  it('wild bootstrap', () => {
    // p from 400,000 draws; its standard error over 9,999 draws is at most .004.
    const wild = WildBootstrap.of(
      clusters.map(({ hits, n }) => ({ value: hits, weight: n })),
      { seed: 1, draws: 9999, range: { low: 0, high: 1 } },
    );
    expect(Math.abs((wild?.p(0.05) ?? 9) - 0.0755)).toBeLessThan(0.012);
    expect(Math.abs((wild?.p(0.25) ?? 9) - 0.1482)).toBeLessThan(0.014);
    expect(Math.abs((wild?.p(0.3) ?? 9) - 0.0472)).toBeLessThan(0.01);
    expect(wild?.p(61 / 388)).toBe(1);
    const interval = wildRate(clusters, { seed: 1, draws: 4999 });
    expect(Math.abs((interval?.low ?? 9) - 0.039)).toBeLessThan(0.01);
    expect(Math.abs((interval?.high ?? 9) - 0.297)).toBeLessThan(0.01);
  });

  it('the same seed gives the same interval, another seed another', () => {
    expect(wildRate(clusters, { seed: 1 })).toEqual(wildRate(clusters, { seed: 1 }));
    expect(wildRate(clusters, { seed: 1 })).not.toEqual(wildRate(clusters, { seed: 2 }));
    const boot = (seed: number) => clusterBootstrap(clusters, rateOf, { seed, draws: 500 });
    expect(boot(1)).toEqual(boot(1));
    expect(boot(1)).not.toEqual(boot(2));
  });
});

describe('a paired difference by wild bootstrap', () => {
  const pairs = [6, 4, 5, 2, 7, 3, 5, 4].map((hits, index) => ({
    model: { n: 10, hits },
    control: { n: 10, hits: index % 3 },
  }));

  it('agrees with the t interval where probes differ evenly', () => {
    const t = pairedDifference(pairs);
    const wild = wildDifference(pairs, { seed: 3, draws: 1999 });
    expect(wild?.estimate).toBeCloseTo(t?.difference ?? 9, 12);
    expect(Math.abs((wild?.low ?? 9) - (t?.low ?? 9))).toBeLessThan(0.04);
    expect(Math.abs((wild?.high ?? 9) - (t?.high ?? 9))).toBeLessThan(0.04);
    expect(wild?.p).toBeLessThan(0.01);
  });

  it('of a model with itself is nothing', () => {
    const same = wildDifference(
      pairs.map(({ model }) => ({ model, control: model })),
      { seed: 3 },
    );
    expect(same).toMatchObject({ estimate: 0, p: 1 });
  });
});

describe('no data', () => {
  it('is no interval', () => {
    expect(clusterBootstrap([], rateOf, { seed: 1 })).toBeUndefined();
    expect(clusterBootstrap([{ n: 5, hits: 1 }], rateOf, { seed: 1 })).toBeUndefined();
    expect(wildRate([{ n: 5, hits: 1 }], { seed: 1 })).toBeUndefined();
    expect(wildRate([], { seed: 1 })).toBeUndefined();
    expect(wildDifference([], { seed: 1 })).toBeUndefined();
    expect(clusteredLogit([])).toBeUndefined();
  });

  it('nothing seen has no log odds: the exact limits stay', () => {
    expect(
      clusteredLogit([
        { n: 30, hits: 0 },
        { n: 30, hits: 0 },
      ]),
    ).toMatchObject({ low: 0, method: 'korn-graubard' });
  });

  it('or is given limits for answers as alike as they are said to be', () => {
    // 400 answers alike by .1 are worth 67.8, and less with 8 probes; scipy gives .0735127
    const nothing = Array.from({ length: 8 }, () => ({ n: 50, hits: 0 }));
    expect(clusteredLogit(nothing, { assumedIcc: 0.1 })).toMatchObject({ rate: 0, low: 0 });
    expect(clusteredLogit(nothing, { assumedIcc: 0.1 })?.high).toBeCloseTo(0.0735127, 6);
    const everything = nothing.map(({ n }) => ({ n, hits: n }));
    expect(clusteredLogit(everything, { assumedIcc: 0.1 })?.low).toBeCloseTo(1 - 0.0735127, 6);
    expect(clusteredLogit(everything, { assumedIcc: 0.1 })?.high).toBe(1);
  });

  it('clusters that are all alike have percentiles but nothing to correct them by', () => {
    const alike = clusterBootstrap(
      [
        { n: 5, hits: 1 },
        { n: 5, hits: 1 },
      ],
      rateOf,
      { seed: 1 },
    );
    expect(alike?.percentile).toEqual({ low: 0.2, high: 0.2 });
    expect(alike?.bca).toBeUndefined();
  });
});
