import type { Distribution } from '../../core/judge/types.ts';

/** What a judge said on one scale, ready to draw. */
export interface ReadDistribution {
  /** `0-4`, `5-9`, ... `95-100`. */
  readonly labels: readonly string[];
  /** Probability that falls into each band. */
  readonly bands: readonly number[];
  /** The likeliest replies that are no number from 0 to 100. */
  readonly others: readonly { readonly text: string; readonly probability: number }[];
  readonly empty: boolean;
}

const BANDS = 20;
const LABELS = Array.from({ length: BANDS }, (_, at) =>
  at === BANDS - 1 ? '95–100' : `${at * 5}–${at * 5 + 4}`,
);

export function readDistribution(distribution: Distribution): ReadDistribution {
  const bands = Array.from({ length: BANDS }, () => 0);
  const others = new Map<string, number>();
  for (const [text, probability] of distribution) {
    const trimmed = text.trim();
    const number = /^\d{1,3}$/.test(trimmed) ? Number(trimmed) : undefined;
    if (number !== undefined && number <= 100) {
      const band = Math.min(BANDS - 1, Math.floor(number / 5));
      bands[band] = (bands[band] ?? 0) + probability;
    } else others.set(trimmed, (others.get(trimmed) ?? 0) + probability);
  }
  const likely = [...others]
    .map(([text, probability]) => ({ text, probability }))
    .filter(({ probability }) => probability >= 0.01)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 5);
  return { labels: LABELS, bands, others: likely, empty: distribution.length === 0 };
}
