import { clip } from './clustered.ts';
import { clusteredLogit, type LogitOptions } from './logit.ts';
import {
  bothAnswered,
  pairedDifference,
  rateCorrelation,
  type PairedCluster,
  type PairedDifference,
} from './paired.ts';
import { LEVEL, type Limits } from './quantiles.ts';

/**
 * Limits of the difference between two rates from their own log-odds limits and their correlation r over the probes (Newcombe 1998, Statistics in
 * Medicine 17:2635, method 10, for pairs; MOVER of Zou and Donner 2008, Statistics in Medicine 27:1693):
 *   low = d - sqrt((p1 - l1)^2 - 2 r (p1 - l1)(u2 - p2) + (u2 - p2)^2), and high likewise.
 * Undefined where no probe was answered by both.
 */
export function pairedLogitLimits(
  all: readonly PairedCluster[],
  { level = LEVEL, assumedIcc = 0 }: LogitOptions = {},
): Limits | undefined {
  const pairs = bothAnswered(all);
  const own = { level, assumedIcc };
  const model = clusteredLogit(
    pairs.map((pair) => pair.model),
    own,
  );
  const control = clusteredLogit(
    pairs.map((pair) => pair.control),
    own,
  );
  if (model === undefined || control === undefined) return undefined;
  const r = rateCorrelation(pairs);
  const distance = (a: number, b: number): number => Math.sqrt(Math.max(0, a ** 2 + b ** 2 - 2 * r * a * b));
  const difference = model.rate - control.rate;
  return {
    low: clip(difference - distance(model.rate - model.low, control.high - control.rate), -1, 1),
    high: clip(difference + distance(model.high - model.rate, control.rate - control.low), -1, 1),
  };
}

/**
 * `pairedDifference` with `pairedLogitLimits`: every difference in the app. The limits keep close to 95% where a model that fails now and then is compared with a control that
 * never does; there the t interval ends too low (test/unit/coverage.test.ts prints both). The p-value stays that of the paired t test: it asks
 * whether the two are equal, and where they are the t interval is, if anything, too wide. Limits and p-value may disagree at the edge.
 * Undefined where no probe was answered by both.
 */
export function pairedLogit(
  all: readonly PairedCluster[],
  options: LogitOptions = {},
): PairedDifference | undefined {
  const straight = pairedDifference(all, options.level);
  const limits = pairedLogitLimits(all, options);
  return straight === undefined || limits === undefined ? undefined : { ...straight, ...limits };
}
