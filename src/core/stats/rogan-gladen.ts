import { clip } from './clustered.ts';
import { LEVEL, zFactor, type Limits } from './quantiles.ts';

/** A share as counts; both may be fractions. */
export interface Counted {
  readonly hits: number;
  readonly n: number;
}

/** A share of answers that are so in truth, from a share that a fallible judge called so; all within 0..1. */
export interface Corrected extends Limits {
  readonly rate: number;
}

/**
 * The rate corrected for the judge's errors, (p + Sp - 1) / (Se + Sp - 1) cut to 0..1 (Rogan and Gladen 1978), with the interval of
 * Lang and Reiczigel 2014 (Preventive Veterinary Medicine 113:13), which knows that sensitivity and specificity were
 * themselves counted: z^2/2 hits in z^2 answers are added to the rate, 1 in 2 to each of the other two, and the centre is shifted.
 * Answers count as independent: a clustered share comes in as what its answers are worth (`worthOf`). Undefined without data, and
 * where Se + Sp <= 1: such a judge says nothing about the truth.
 */
export function roganGladen(
  apparent: Counted,
  sensitivity: Counted,
  specificity: Counted,
  level = LEVEL,
): Corrected | undefined {
  if (apparent.n <= 0 || sensitivity.n <= 0 || specificity.n <= 0) return undefined;
  const youden = sensitivity.hits / sensitivity.n + specificity.hits / specificity.n - 1;
  if (youden <= 1e-12) return undefined;
  const rate = clip((apparent.hits / apparent.n + specificity.hits / specificity.n - 1) / youden, 0, 1);
  const z = zFactor(level);
  const p = added(apparent, z ** 2);
  const se = added(sensitivity, 2);
  const sp = added(specificity, 2);
  const slope = se.share + sp.share - 1;
  // The added answers pull both towards a half, and so may undo a judge who is barely better than chance.
  if (slope <= 1e-12) return { rate, low: 0, high: 1 };
  const centre = (p.share + sp.share - 1) / slope;
  const deviation =
    Math.sqrt(p.variance + se.variance * centre ** 2 + sp.variance * (1 - centre) ** 2) / slope;
  const shift = 2 * z ** 2 * (centre * se.variance - (1 - centre) * sp.variance);
  return {
    rate,
    low: Math.min(rate, clip(centre + shift - z * deviation, 0, 1)),
    high: Math.max(rate, clip(centre + shift + z * deviation, 0, 1)),
  };
}

function added({ hits, n }: Counted, more: number): { share: number; variance: number } {
  const share = (hits + more / 2) / (n + more);
  return { share, variance: (share * (1 - share)) / (n + more) };
}
