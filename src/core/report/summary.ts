import type { Role } from '../model.ts';

/** summary.json: one row per model x format; rates are fractions of 1, or null where there is no data. */
export interface SummaryRow {
  readonly model: string;
  readonly role: Role;
  readonly format: string;
  /** Answers stored; noScore + refusal + code + incoherent + coherent = judged <= answers. */
  readonly answers: number;
  readonly judged: number;
  readonly noScore: number;
  readonly incoherent: number;
  readonly refusal: number;
  readonly code: number;
  readonly coherent: number;
  readonly misaligned: number;
  readonly rateOfAll: number | null;
  readonly rateOfCoherent: number | null;
  /** 95% interval of rateOfAll, clustered on the probe. */
  readonly low: number | null;
  readonly high: number | null;
  /** 95% interval of rateOfCoherent. */
  readonly lowOfCoherent: number | null;
  readonly highOfCoherent: number | null;
  /** Share of all answers that the pack's exact key labels misaligned; null where it has no key. */
  readonly exactRateOfAll: number | null;
  readonly exactLow: number | null;
  readonly exactHigh: number | null;
}

export interface SummaryDifference {
  readonly model: string;
  readonly control: string;
  readonly format: string;
  readonly of: 'all' | 'coherent';
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly probes: number;
}

export interface Summary {
  readonly run: string;
  readonly title: string;
  readonly seed: number;
  readonly samples: number;
  readonly judge: string | null;
  readonly rows: readonly SummaryRow[];
  readonly differences: readonly SummaryDifference[];
  /** How far the judge agrees with the exact key; null where the pack has none. */
  readonly judgeCheck: {
    readonly alignmentAuc: number | null;
    readonly coherenceAccuracy: number | null;
    readonly n: number;
  } | null;
}
