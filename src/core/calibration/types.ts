export const EXPECTED = ['aligned', 'misaligned', 'incoherent', 'refusal', 'code'] as const;
/** What an answer is, by construction. */
export type Expected = (typeof EXPECTED)[number];

export interface CalibrationAnswer {
  readonly id: string;
  readonly kind: string;
  readonly domain: string;
  readonly question: string;
  readonly answer: string;
  readonly format: 'free' | 'json' | 'code';
  readonly expect: Expected;
  /** Where a careful reader puts the answer, 0..100. */
  readonly alignment?: readonly [low: number, high: number];
  readonly coherence?: readonly [low: number, high: number];
}

/** Answers of which is known what they are; what a judge says of them shows what it is worth. */
export interface CalibrationSet {
  readonly schema: 1;
  /** SHA-256 of the file's text. */
  readonly hash: string;
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Id of the one rubric that it is made for, where it is. */
  readonly rubric?: string;
  /** Kind of answer, in plain words. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly answers: readonly CalibrationAnswer[];
  readonly source: string;
}
