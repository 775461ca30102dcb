import { describe, expect, it } from 'vitest';
import type { PairedCluster } from './paired.ts';
import { pairedDifference, rateCorrelation } from './paired.ts';
import { pairedLogit, pairedLogitLimits } from './paired-logit.ts';

const HITS = [12, 3, 0, 7, 25, 1, 4, 9];
const pair = (model: number, control: number, n = 50): PairedCluster => ({
  model: { n: 50, hits: model },
  control: { n, hits: control },
});

describe('a paired difference by log-odds limits', () => {
  // All by code written apart in Python (numpy).
  it('of 61 hits and 17', () => {
    const control = [3, 1, 0, 4, 6, 0, 2, 1];
    const pairs = HITS.map((hits, index) => pair(hits, control[index] ?? 0, index === 3 ? 40 : 50));
    expect(rateCorrelation(pairs)).toBeCloseTo(0.8492351, 6);
    const both = pairedLogit(pairs);
    expect(both?.difference).toBeCloseTo(0.1089103, 6);
    expect(both?.low).toBeCloseTo(0.0528464, 6);
    expect(both?.high).toBeCloseTo(0.2834593, 6);
    const straight = pairedDifference(pairs);
    expect(both).toMatchObject({ p: straight?.p, standardError: straight?.standardError });
  });

  it('of 61 hits and none', () => {
    const both = pairedLogit(HITS.map((hits) => pair(hits, 0)));
    expect(both?.low).toBeCloseTo(0.0562916, 6);
    expect(both?.high).toBeCloseTo(0.3479376, 6);
  });

  it('of nothing from nothing is 0, not told from 0, with a width', () => {
    const both = pairedLogit(HITS.map(() => pair(0, 0)));
    expect(both).toMatchObject({ difference: 0, p: 1 });
    expect(both?.high).toBeGreaterThan(0.01);
    const alike = pairedLogitLimits(
      HITS.map(() => pair(0, 0)),
      { assumedIcc: 0.2 },
    );
    expect(alike?.high).toBeGreaterThan(3 * (both?.high ?? NaN));
  });

  it('of one probe has limits but no p, and of no probe is missing', () => {
    expect(pairedLogit([pair(30, 1)])?.low).toBeGreaterThan(0.3);
    expect(pairedLogit([pair(30, 1)])?.p).toBeUndefined();
    expect(pairedLogit([])).toBeUndefined();
    expect(pairedLogitLimits([pair(3, 0, 0)])).toBeUndefined();
  });
});
