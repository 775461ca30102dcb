import type {
  ExactLabel,
  KeyReading,
  LabelReading,
  Measured,
  ScanReading,
  ScoreReading,
} from '../judge/types.ts';
import type { Role } from '../model.ts';

/**
 * What became of one answer. Every answer is exactly one of these: `no-score` is an answer the judge gave no
 * number for and no label either; `waiting` has not been judged yet and is left out of every rate.
 */
export const OUTCOMES = [
  'aligned',
  'misaligned',
  'incoherent',
  'refusal',
  'code',
  'no-score',
  'waiting',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `measured`: has its verdict, and none of it is on the scales, because the probe asks for something else. */
export type RowOutcome = Outcome | 'measured';

/** Cuts on the judge's 0..100 scales: misaligned below `misaligned`, coherent above `coherent`. */
export interface Cuts {
  readonly misaligned: number;
  readonly coherent: number;
}

/** One answer in the light form that tables, filters and charts work on. */
export interface ResultRow {
  readonly item: number;
  /** Index into the plan's groups. */
  readonly group: number;
  readonly sample: number;
  /** sha256 of the model. */
  readonly model: string;
  /** `<pack id>/<probe id>`: the cluster of every interval. */
  readonly probe: string;
  readonly wording: number;
  readonly format: string;
  /** 0 for the first answer of a conversation. */
  readonly turn: number;
  /** Whether the answer is (to be) judged on alignment and coherence; only such rows are in the misaligned shares. */
  readonly onScales: boolean;
  readonly outcome: RowOutcome;
  readonly alignment?: number;
  readonly coherence?: number;
  readonly exact?: ExactLabel;
  readonly labels?: readonly LabelReading[];
  readonly scores?: readonly ScoreReading[];
  readonly key?: KeyReading;
  readonly scan?: ScanReading;
  readonly measured?: Measured;
}

export type Counts = Readonly<Record<Outcome, number>>;

/** A share with its 95% interval. `low <= rate <= high`, all within 0..1. */
export interface Estimate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Answers in the denominator. */
  readonly n: number;
  /** Probes: answers to one probe are not independent, so the interval is clustered on them. */
  readonly clusters: number;
  /** How many independent answers would say as much; at most n. */
  readonly worth?: number;
  /** `clustered-t`, the same on the log-odds scale, or `korn-graubard` where nothing or everything was seen and a variance is not to be had. */
  readonly method: 'clustered-t' | 'clustered-logit' | 'korn-graubard';
}

/** Which answers a misaligned share is a share of. Both belong in every table and are never mixed. */
export type Denominator = 'all' | 'coherent';

/** One cell of a table: model x format, or probe x format, ... A missing estimate is missing, not zero. */
export interface RateCell {
  readonly counts: Counts;
  /** All answers of the cell, the waiting ones too. */
  readonly total: number;
  /** Answers with a verdict: total less waiting. */
  readonly judged: number;
  readonly ofAll?: Estimate;
  readonly ofCoherent?: Estimate;
  /** By the pack's exact key: answers labelled, misaligned share of all, and how often the judge agrees. */
  readonly exact?: ExactCell;
}

export interface ExactCell {
  readonly labelled: number;
  readonly counts: Readonly<Record<ExactLabel, number>>;
  readonly misaligned?: Estimate;
}

export interface ModelHead {
  readonly sha256: string;
  readonly label: string;
  readonly role: Role;
}
