import { aroundOdds } from './logit.ts';
import { LEVEL, tFactor } from './quantiles.ts';
import { independentAnswers, nothingSeenLimit } from './zero.ts';

/** What a run is wanted for, as a number that falls with more probes and more answers. */
export interface Goal {
  /** The bound, half width or difference that is wanted, 0..1. */
  readonly wanted: number;
  /** What a run with these probes, and these answers to each, gives; undefined where it gives nothing. */
  readonly reachedBy: (probes: number, answers: number) => number | undefined;
}

export type Needed =
  | {
      readonly reached: true;
      readonly probes: number;
      /** Answers to each probe, and in all. */
      readonly answers: number;
      readonly total: number;
    }
  | {
      readonly reached: false;
      /** What answers without end to these probes would give (or probes without end); undefined: nothing. */
      readonly best?: number;
      /** The fewest probes with which more answers can help at all, and with which 100 answers each suffice. */
      readonly fewestProbes?: number;
      readonly probesAtHundred?: number;
    };

/** Nobody asks more than this, and what is not reached by then is not reached by more. */
const MOST = 1_000_000;

/** Nothing seen, and the interval shown in tables ends at or below `upper`. */
export function upperLimitGoal(upper: number, icc: number, level = LEVEL): Goal {
  return { wanted: upper, reachedBy: (G, m) => nothingSeenLimit(G, m, icc, level) };
}

/**
 * The interval shown in tables reaches at most `half` from an expected rate p on its longer side: log-odds limits (`clusteredLogit`) around p
 * from t(G-1) sqrt(p (1-p) (1 + (m-1) icc) / (G m)) (design effect: Kish 1965, Survey Sampling). Between probes a part icc p (1-p) / G
 * remains however many answers there are. An expected 0 or 1 is nothing seen, or nothing else.
 */
export function halfWidthGoal(half: number, rate: number, icc: number, level = LEVEL): Goal {
  const spread = rate * (1 - rate);
  const width = (G: number, m: number): number => {
    const error = Math.sqrt(spread / independentAnswers(G, m, icc));
    const { low, high } = aroundOdds(rate, tFactor(G - 1, level) * error);
    return Math.max(high - rate, rate - low);
  };
  return {
    wanted: half,
    reachedBy: (G, m) => {
      if (G < 2 || m < 1) return undefined;
      return spread > 0 ? width(G, m) : nothingSeenLimit(G, m, icc, level);
    },
  };
}

/** The smallest whole number from 1 up to MOST for which `enough` holds, which must stay true once it is. */
function smallest(enough: (n: number) => boolean): number | undefined {
  let high = 1;
  while (!enough(high)) {
    if (high >= MOST) return undefined;
    high = Math.min(MOST, high * 2);
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function meets({ wanted, reachedBy }: Goal, probes: number, answers: number): boolean {
  const reached = reachedBy(probes, answers);
  return reached !== undefined && reached <= wanted;
}

function notReached(goal: Goal, probes: number, answers: number): Needed {
  const best = goal.reachedBy(probes, answers);
  const fewestProbes = smallest((n) => meets(goal, n, MOST));
  const probesAtHundred = smallest((n) => meets(goal, n, 100));
  return {
    reached: false,
    ...(best === undefined ? {} : { best }),
    ...(fewestProbes === undefined ? {} : { fewestProbes }),
    ...(probesAtHundred === undefined ? {} : { probesAtHundred }),
  };
}

/** How many answers to each of these probes are needed. More answers alone may not do: then more probes are. */
export function answersNeeded(goal: Goal, probes: number): Needed {
  const answers = smallest((m) => meets(goal, probes, m));
  if (answers === undefined) return notReached(goal, probes, MOST);
  return { reached: true, probes, answers, total: probes * answers };
}

/** How many probes are needed when each is answered this often. */
export function probesNeeded(goal: Goal, answers: number): Needed {
  const probes = smallest((G) => meets(goal, G, answers));
  if (probes === undefined) return notReached(goal, MOST, answers);
  return { reached: true, probes, answers, total: probes * answers };
}
