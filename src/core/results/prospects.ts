import type { Cluster } from '../stats/clustered.ts';
import { detectableDifference } from '../stats/detectable.ts';
import { intraclusterCorrelation, PUBLISHED_ICC } from '../stats/icc.ts';
import {
  answersNeeded,
  halfWidthGoal,
  probesNeeded,
  upperLimitGoal,
  type Goal,
  type Needed,
} from '../stats/needed.ts';

/** Fewer hits than this do not tell how they spread over probes. */
export const FEW_HITS = 5;

/** How large a run was, and how alike its answers to one probe are. */
export interface Seen {
  readonly probes: number;
  /** Answers to each probe, on average. */
  readonly answers: number;
  readonly rate: number;
  /** Answers that were hit. */
  readonly hits: number;
  readonly icc: number;
  /** Whether `icc` is measured on these answers, or the published one because they do not say. */
  readonly measured: boolean;
}

/** Undefined for no answers. An estimate below 0 is chance and counts as 0. */
export function seenIn(all: Iterable<Cluster>): Seen | undefined {
  const clusters = [...all].filter(({ n }) => n > 0);
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return undefined;
  const hits = clusters.reduce((sum, cluster) => sum + cluster.hits, 0);
  const few = Math.min(hits, n - hits) < FEW_HITS;
  const icc = few ? undefined : intraclusterCorrelation(clusters);
  return {
    probes: clusters.length,
    answers: n / clusters.length,
    rate: hits / n,
    hits,
    icc: icc === undefined ? PUBLISHED_ICC : Math.max(0, icc),
    measured: icc !== undefined,
  };
}

/** What somebody wants of a run. Shares are of 1. */
export type Wish =
  | { readonly kind: 'bound'; readonly upper: number }
  | { readonly kind: 'width'; readonly half: number; readonly rate: number };

/** The interval as the tables show it is what has to fit. */
export function goalOf(wish: Wish, icc: number): Goal {
  return wish.kind === 'bound' ? upperLimitGoal(wish.upper, icc) : halfWidthGoal(wish.half, wish.rate, icc);
}

/** Two ways to the same end: more answers to the same probes, or more probes with as many answers each. */
export interface Ways {
  /** What these probes and answers give already; undefined: nothing. */
  readonly now?: number;
  readonly moreAnswers: Needed;
  readonly moreProbes: Needed;
}

export function waysTo(wish: Wish, { probes, answers, icc }: Pick<Seen, 'probes' | 'answers' | 'icc'>): Ways {
  const goal = goalOf(wish, icc);
  const now = goal.reachedBy(probes, answers);
  return {
    ...(now === undefined ? {} : { now }),
    moreAnswers: answersNeeded(goal, probes),
    moreProbes: probesNeeded(goal, Math.max(1, Math.round(answers))),
  };
}

/** The smallest rise over `control` that a run of this size finds in four of five cases; undefined where none is large enough. */
export function smallestRise(control: Seen): number | undefined {
  const { probes, answers, rate, icc } = control;
  return detectableDifference({ probes, answers, rate, icc });
}
