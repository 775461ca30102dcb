import { beyondChance, type Agreement, type AgreementOptions } from './agreement.ts';

/** What each judge said of one answer; undefined where a judge said nothing. */
export type Ratings = readonly (string | undefined)[];

/** One answer: how often each label was given, and by how many judges in all. */
interface Tally {
  readonly counts: ReadonlyMap<string, number>;
  readonly judges: number;
}

function tally(ratings: Ratings): Tally {
  const counts = new Map<string, number>();
  for (const label of ratings) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return { counts, judges: ratings.filter((label) => label !== undefined).length };
}

/** Share of the pairs of judges that agree on this answer. */
function agreeing({ counts, judges }: Tally): number {
  const pairs = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return pairs / (judges * (judges - 1));
}

/** Chance agreement from the mean share of each label, and how an answer's own shares move it (half its derivative). */
interface Chance {
  readonly of: (shares: ReadonlyMap<string, number>, q: number) => number;
  readonly slope: (share: number, q: number) => number;
}

const AC1: Chance = {
  of: (shares, q) => [...shares.values()].reduce((sum, share) => sum + share * (1 - share), 0) / (q - 1),
  slope: (share, q) => (1 - share) / (q - 1),
};

const FLEISS: Chance = {
  of: (shares) => [...shares.values()].reduce((sum, share) => sum + share ** 2, 0),
  slope: (share) => share,
};

function meanShares(tallies: readonly Tally[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { counts, judges } of tallies)
    for (const [label, count] of counts) shares.set(label, (shares.get(label) ?? 0) + count / judges);
  for (const [label, sum] of shares) shares.set(label, sum / tallies.length);
  return shares;
}

/**
 * A coefficient for two or more judges, some of whom may be silent. Estimate and variance: Gwet 2008 (British Journal of Mathematical
 * and Statistical Psychology 61:29) in the form of Gwet 2014 (Handbook of Inter-Rater Reliability, 4th ed.): labels count with
 * every answer that somebody judged, agreement with the answers that at least two judged, and an answer's influence is
 * (n/n2)(a_i - p_e)/(1 - p_e) - 2 (1 - value)(e_i - p_e)/(1 - p_e), less the value.
 */
function coefficient(
  ratings: readonly Ratings[],
  chanceOf: Chance,
  options: AgreementOptions,
): Agreement | undefined {
  const all = ratings.map((row, index) => ({ ...tally(row), cluster: options.clusters?.[index] ?? '' }));
  const rated = all.filter(({ judges }) => judges > 0);
  const twice = rated.filter(({ judges }) => judges > 1).length;
  if (twice === 0) return undefined;
  const shares = meanShares(rated);
  const q = Math.max(2, new Set([...(options.labels ?? []), ...shares.keys()]).size);
  const chance = chanceOf.of(shares, q);
  if (1 - chance <= 1e-12) return undefined;
  const observed = rated.reduce((sum, answer) => sum + (answer.judges > 1 ? agreeing(answer) : 0), 0) / twice;
  const value = (observed - chance) / (1 - chance);
  const influences = rated.map((answer) => {
    const counted = answer.judges > 1 ? (rated.length / twice) * (agreeing(answer) - chance) : 0;
    const expected = [...answer.counts].reduce(
      (sum, [label, count]) => sum + (count / answer.judges) * chanceOf.slope(shares.get(label) ?? 0, q),
      0,
    );
    return (counted - 2 * (1 - value) * (expected - chance)) / (1 - chance) - value;
  });
  const clusters = options.clusters === undefined ? {} : { clusters: rated.map(({ cluster }) => cluster) };
  return { ...beyondChance({ observed, chance, influences }, { ...options, ...clusters }), n: twice };
}

/**
 * Gwet's AC1 for two or more judges. Chance is sum_k p_k (1 - p_k) / (q - 1) over q labels, which stays small where one label
 * is rare, so that AC1 does not collapse there as kappa does. Undefined where no answer was judged twice.
 */
export function gwetAC1(ratings: readonly Ratings[], options: AgreementOptions = {}): Agreement | undefined {
  return coefficient(ratings, AC1, options);
}

/** Fleiss' kappa (Fleiss 1971). Undefined where no answer was judged twice, and where only one label was ever given. */
export function fleissKappa(
  ratings: readonly Ratings[],
  options: AgreementOptions = {},
): Agreement | undefined {
  return coefficient(ratings, FLEISS, options);
}
