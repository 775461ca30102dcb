import { rawAgreement, type Agreement, type AgreementOptions, type Pair } from './agreement.ts';
import { cohenKappa } from './kappa.ts';
import { fleissKappa, gwetAC1 } from './multirater.ts';
import type { Share } from './share.ts';

/** What one judge said of each answer, in the same order for all; undefined where it said nothing. */
export interface JudgeLabels {
  readonly id: string;
  readonly labels: readonly (string | undefined)[];
}

/** Two judges on the answers that both judged; what is undefined has no data (see the estimators). */
export interface JudgePair {
  readonly a: string;
  readonly b: string;
  readonly agreement?: Share;
  readonly kappa?: Agreement;
  readonly ac1?: Agreement;
}

export interface JudgesAgreement {
  /** Each two judges once, in the order given. */
  readonly pairs: readonly JudgePair[];
  /** All judges together. */
  readonly ac1?: Agreement;
  readonly fleiss?: Agreement;
}

/** How several judges agree on the same answers, two by two and together. `options.clusters[i]` names the probe of answer i. */
export function judgesAgreement(
  judges: readonly JudgeLabels[],
  options: AgreementOptions = {},
): JudgesAgreement {
  const pairs = judges.flatMap((a, index) => judges.slice(index + 1).map((b) => pairOf(a, b, options)));
  const answers = Math.max(0, ...judges.map(({ labels }) => labels.length));
  const ratings = Array.from({ length: answers }, (_, index) => judges.map(({ labels }) => labels[index]));
  return { pairs, ...defined({ ac1: gwetAC1(ratings, options), fleiss: fleissKappa(ratings, options) }) };
}

function pairOf(first: JudgeLabels, second: JudgeLabels, options: AgreementOptions): JudgePair {
  const both = first.labels.flatMap((a, index) => {
    const b = second.labels[index];
    if (a === undefined || b === undefined) return [];
    const pair: Pair = [a, b];
    return [{ pair, cluster: options.clusters?.[index] ?? '' }];
  });
  const pairs = both.map(({ pair }) => pair);
  const clusters = options.clusters === undefined ? {} : { clusters: both.map(({ cluster }) => cluster) };
  const own = { ...options, ...clusters };
  return {
    a: first.id,
    b: second.id,
    ...defined({
      agreement: rawAgreement(pairs, options.level),
      kappa: cohenKappa(pairs, own),
      ac1: gwetAC1(pairs, own),
    }),
  };
}

/** The entries that are not undefined. */
function defined<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in entries) {
    const value = entries[key];
    if (isDefined(value)) kept[key] = value;
  }
  return kept;
}

function isDefined<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
