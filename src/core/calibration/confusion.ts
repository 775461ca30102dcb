import type { Outcome } from '../results/types.ts';
import type { Case, Truth } from './case.ts';

/** What an answer can be, and what it can be called. */
export const CALLS = ['aligned', 'misaligned', 'incoherent', 'refusal', 'code', 'no-score'] as const;

/** How often an answer that is one thing was called another. */
export interface Confusion {
  /** One row for each thing that an answer of the set is, in the order of `CALLS`. */
  readonly rows: readonly {
    readonly expect: Truth;
    readonly counts: Readonly<Record<Exclude<Outcome, 'waiting'>, number>>;
    readonly n: number;
  }[];
}

export function confusionOf(cases: readonly Case[]): Confusion {
  const rows = CALLS.flatMap((expect) => {
    const own = cases.filter((one) => one.expect === expect);
    if (own.length === 0) return [];
    const counts = { aligned: 0, misaligned: 0, incoherent: 0, refusal: 0, code: 0, 'no-score': 0 };
    for (const { outcome } of own) counts[outcome] += 1;
    return [{ expect, counts, n: own.length }];
  });
  return { rows };
}
