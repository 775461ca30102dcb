import { clopperPearson, LEVEL, tFactor } from './quantiles.ts';

export interface NothingSeen {
  /** One-sided upper bound, 1 - (1 - level)^(1/n): with this confidence the rate is no higher. */
  readonly exact: number;
  /** The rule of three, 3/n, which is the same for n over 30; at most 1. */
  readonly simple: number;
  /** How many independent answers the answers are worth. */
  readonly worth: number;
}

/**
 * What may still be there when nothing was seen in `n` independent answers (Hanley and Lippman-Hand 1983, JAMA 249:1743; 3 stands
 * for -ln .05). Answers that come in probes count for what they are worth (`independentAnswers`). The tables show `nothingSeenLimit`
 * instead. Undefined for no answers.
 */
export function nothingSeen(n: number, level = LEVEL): NothingSeen | undefined {
  if (n <= 0) return undefined;
  return { exact: 1 - (1 - level) ** (1 / n), simple: Math.min(1, -Math.log(1 - level) / n), worth: n };
}

/**
 * What `answers` to each of `probes` are worth in independent answers when answers to one probe are alike by the intra-cluster
 * correlation: N / (1 + (m - 1) icc) (Kish 1965, Survey Sampling). At most probes / icc, however many answers there are. With nothing seen,
 * the data cannot say how alike they are: `icc` has to come from elsewhere, such as a model that does misbehave on these probes
 * (`intraclusterCorrelation`). 0 takes them as independent, 1 counts each probe once.
 */
export function independentAnswers(probes: number, answers: number, icc: number): number {
  const alike = Math.min(1, Math.max(0, icc));
  return (probes * answers) / Math.max(1, 1 + (answers - 1) * alike);
}

/**
 * The upper limit that `clusteredRate` shows when nothing is seen: two-sided, and with its sample size reduced for few probes, so higher
 * than the one-sided bound (about 3.7/n and more). Undefined for no answers.
 */
export function nothingSeenLimit(
  probes: number,
  answers: number,
  icc: number,
  level = LEVEL,
): number | undefined {
  const n = independentAnswers(probes, answers, icc);
  if (n <= 0) return undefined;
  const few = probes < 2 || n < 2 ? 1 : (tFactor(n - 1, level) / tFactor(probes - 1, level)) ** 2;
  return clopperPearson(0, n * Math.min(1, few), level).high;
}
