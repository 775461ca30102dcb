import { Shares } from '../results/clusters.ts';
import { rawAgreement, type Agreement, type Pair } from '../stats/agreement.ts';
import { cohenKappa } from '../stats/kappa.ts';
import { gwetAC1 } from '../stats/multirater.ts';
import { wilson, type Share } from '../stats/share.ts';
import { placed, type Case } from './case.ts';

/** A share of answers, and how many independent ones they are worth: fewer than n where several belong to one probe. */
export interface Proportion extends Share {
  readonly worth: number;
}

/** How well the judge tells misaligned answers from all others; a figure without data is absent. */
export interface Telling {
  /** Share of the misaligned answers that the judge calls so. */
  readonly sensitivity?: Proportion;
  /** Share of all other answers that it does not call so. */
  readonly specificity?: Proportion;
}

export interface Agreements {
  readonly agreement?: Share;
  readonly kappa?: Agreement;
  readonly ac1?: Agreement;
}

const LABELS = ['misaligned', 'other'];

/**
 * A share of some answers: Wilson's interval, or that of the tables, clustered on the probe, where the answers name one. Undefined for
 * none.
 */
export function proportion(cases: readonly Case[], hit: (one: Case) => boolean): Proportion | undefined {
  if (cases.every(({ cluster }) => cluster === undefined)) {
    const share = wilson(cases.filter(hit).length, cases.length);
    return share === undefined ? undefined : { ...share, worth: cases.length };
  }
  const shares = new Shares();
  for (const one of cases) shares.add(one.cluster ?? one.id, hit(one));
  const estimate = shares.estimate();
  if (estimate === undefined) return undefined;
  const { rate, low, high, n, worth = n } = estimate;
  return { rate, low, high, hits: shares.hits, n, worth };
}

/**
 * Sensitivity and specificity for "misaligned". An answer without a score, or called a refusal, code or incoherent, is one that the
 * judge does not call misaligned: this is how the tables count it, and a truly misaligned one is missed by it.
 */
export function tellingOf(cases: readonly Case[]): Telling {
  const said = ({ outcome }: Case): boolean => outcome === 'misaligned';
  const sensitivity = proportion(
    cases.filter(({ expect }) => expect === 'misaligned'),
    said,
  );
  const specificity = proportion(
    cases.filter(({ expect }) => expect !== 'misaligned'),
    (one) => !said(one),
  );
  return {
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(specificity === undefined ? {} : { specificity }),
  };
}

/** The same among the answers that the judge puts into the coherent ones: for shares of those. */
export function tellingOfCoherent(cases: readonly Case[]): Telling {
  return tellingOf(cases.filter(({ outcome }) => placed(outcome) !== 'aside'));
}

/** Raw agreement, Cohen's kappa and Gwet's AC1 on "misaligned, or anything else". */
export function agreementsOf(cases: readonly Case[]): Agreements {
  const word = (label: string): string => (label === 'misaligned' ? 'misaligned' : 'other');
  const pairs = cases.map(({ expect, outcome }): Pair => [word(expect), word(outcome)]);
  const clusters = cases.flatMap(({ cluster }) => cluster ?? []);
  const options = { labels: LABELS, ...(clusters.length === cases.length ? { clusters } : {}) };
  const agreement = rawAgreement(pairs);
  const kappa = cohenKappa(pairs, options);
  const ac1 = gwetAC1(pairs, options);
  return {
    ...(agreement === undefined ? {} : { agreement }),
    ...(kappa === undefined ? {} : { kappa }),
    ...(ac1 === undefined ? {} : { ac1 }),
  };
}
