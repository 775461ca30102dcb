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
 * `pairedDifference` with `pairedLogitLimits`, and, where it is `tested`, for p 1 less the level at which these just leave out 0 (that takes
 * some milliseconds). Keeps close to 95% where a model that
 * fails now and then is compared with a control that never does; there the t interval ends too low (test/unit/coverage.test.ts
 * prints both). Undefined where no probe was answered by both.
 */
export function pairedLogit(
  all: readonly PairedCluster[],
  { tested = false, ...options }: LogitOptions & { readonly tested?: boolean } = {},
): PairedDifference | undefined {
  const straight = pairedDifference(all, options.level);
  const limits = pairedLogitLimits(all, options);
  if (straight === undefined || limits === undefined) return undefined;
  const { p: _ofT, ...kept } = straight;
  if (!tested || kept.probes < 2) return { ...kept, ...limits };
  const { difference } = kept;
  const holdsZero = (p: number): boolean => {
    const at = pairedLogitLimits(all, { ...options, level: 1 - p });
    return at === undefined || (at.low <= 0 && at.high >= 0);
  };
  return { ...kept, ...limits, p: difference === 0 ? 1 : significance(holdsZero) };
}

/** The smallest 1 - level whose limits hold 0, found by halving; not below 10^-9. */
function significance(holdsZero: (p: number) => boolean): number {
  let [out, within] = [1, 1e-9];
  if (!holdsZero(within)) return within;
  for (let step = 0; step < 24; step++) {
    // By the geometric mean: p-values matter in proportion.
    const middle = Math.sqrt(out * within);
    if (holdsZero(middle)) within = middle;
    else out = middle;
  }
  return out;
}
