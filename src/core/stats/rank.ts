import { LEVEL, zFactor } from './quantiles.ts';

/** Two numbers about one answer, such as two judges' scores. */
export type NumberPair = readonly [number, number];

export interface Correlation {
  /** -1..1. */
  readonly value: number;
  readonly n: number;
  /** From four pairs on. */
  readonly low?: number;
  readonly high?: number;
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranked = new Array<number>(values.length).fill(0);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end)) ranked[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranked;
}

/** Pearson's correlation. Undefined below two pairs and where one side never changes. */
export function pearson(pairs: readonly NumberPair[]): number | undefined {
  const n = pairs.length;
  const meanA = pairs.reduce((sum, [a]) => sum + a, 0) / n;
  const meanB = pairs.reduce((sum, [, b]) => sum + b, 0) / n;
  let [aa, bb, ab] = [0, 0, 0];
  for (const [a, b] of pairs) {
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
    ab += (a - meanA) * (b - meanB);
  }
  return n < 2 || aa === 0 || bb === 0 ? undefined : Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/**
 * Spearman's rank correlation, ties at their mean rank, with an interval by Fisher's z and the variance (1 + rho^2/2) / (n - 3) of
 * Bonett and Wright 2000 (Psychometrika 65:23). Undefined below two pairs and where one side never changes.
 */
export function spearman(pairs: readonly NumberPair[], level = LEVEL): Correlation | undefined {
  const first = ranks(pairs.map(([a]) => a));
  const second = ranks(pairs.map(([, b]) => b));
  const value = pearson(first.map((rank, index) => [rank, second[index] ?? 0] as const));
  if (value === undefined) return undefined;
  const n = pairs.length;
  if (n < 4) return { value, n };
  const half = zFactor(level) * Math.sqrt((1 + value ** 2 / 2) / (n - 3));
  const z = Math.atanh(value);
  return { value, n, low: Math.tanh(z - half), high: Math.tanh(z + half) };
}
