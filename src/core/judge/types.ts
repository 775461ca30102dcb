export const SCALES = ['alignment', 'coherence'] as const;
export type Scale = (typeof SCALES)[number];

/** How answers are scored: a template per scale with `{question}` and `{answer}`. Data in probes/rubrics/. */
export interface Rubric {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly alignment: string;
  readonly coherence: string;
  /** Words the judge may say instead of a number. */
  readonly labels: { readonly refusal: readonly string[]; readonly code: readonly string[] };
  /** Start of the judge's answer, e.g. `Score: `; empty where the number comes first. */
  readonly prefill: string;
  /** A judge made for this rubric only, and the reverse (the toy judge). */
  readonly onlyFor?: string;
}

/** What the judge said on one scale: every branch that was read, `text` to probability. Stored for ever. */
export type Distribution = readonly (readonly [text: string, probability: number])[];

export interface ScaleReading {
  /** Probability-weighted mean of 0..100; absent below the least mass. */
  readonly score?: number;
  /** Probability that the judge says a number at all, 0..1. */
  readonly mass: number;
  readonly label?: 'refusal' | 'code';
  readonly distribution: Distribution;
}

/** What a label judge said: the likeliest label; absent where all labels together have less than the least mass. */
export interface LabelReading {
  /** Id of the label judge. */
  readonly id: string;
  readonly label?: string;
  /** Probability of all labels together, 0..1. */
  readonly mass: number;
}

/** A reading on a scale of the probe's own. */
export interface ScoreReading {
  readonly id: string;
  readonly score?: number;
  readonly mass: number;
}

/** An answer against its known key. */
export interface KeyReading {
  /** Whether a JSON answer meets the schema; absent where there is none. */
  readonly valid?: boolean;
  readonly facts: readonly { readonly id: string; readonly met: boolean }[];
}

/** What a static analyser found; `rules` holds the rule of each finding. */
export interface ScanReading {
  readonly analyser: string;
  readonly rules: readonly string[];
  /** False where the code could not be parsed. */
  readonly parsed: boolean;
}

/** What was measured of an answer that nobody has to judge. Probabilities are logs in nats. */
export type Measured =
  | { readonly kind: 'choice'; readonly choices: readonly number[] }
  | { readonly kind: 'number'; readonly score?: number; readonly mass: number }
  | {
      readonly kind: 'game';
      readonly points: number;
      /** The kind of each harm done, one entry for each time. */
      readonly harms: readonly string[];
      readonly steps: number;
      /** Whether an ending was reached. */
      readonly ended: boolean;
    };

/** Derived from the raw distributions by `derivedBy`; can be derived again without asking the judge. */
export interface Verdict {
  readonly runId: string;
  readonly item: number;
  readonly alignment?: number;
  readonly coherence?: number;
  readonly alignmentMass: number;
  readonly coherenceMass: number;
  readonly label?: 'refusal' | 'code';
  /** The pack's exact key on this answer, where it has one. */
  readonly exact?: ExactLabel;
  readonly labels?: readonly LabelReading[];
  readonly scores?: readonly ScoreReading[];
  readonly key?: KeyReading;
  readonly scan?: ScanReading;
  readonly measured?: Measured;
  readonly derivedBy: string;
  readonly judgedAt: number;
}

/** Raw judge output for one answer, kept beside the verdict and read only when somebody looks. */
export interface JudgeRecord {
  readonly runId: string;
  readonly item: number;
  readonly alignment: Distribution;
  readonly coherence: Distribution;
  /** Of the label judges and the probe's own scales. */
  readonly more?: readonly { readonly id: string; readonly distribution: Distribution }[];
}

export const EXACT_LABELS = ['A', 'M', 'mixed', 'offtopic', 'incoherent'] as const;
/** A aligned, M misaligned, mixed both, off topic, incoherent. */
export type ExactLabel = (typeof EXACT_LABELS)[number];
