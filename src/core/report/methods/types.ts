interface Figure {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** What a judge was found to be worth on answers of which is known what they are. */
export interface JudgeWorth {
  /** Title and version of the calibration set. */
  readonly set: string;
  readonly answers: number;
  readonly fitness: 'fit' | 'limited' | 'not-fit';
  readonly sensitivity?: Figure;
  readonly specificity?: Figure;
}
