import { LEVEL } from './quantiles.ts';
import { wilson, type Share } from './share.ts';

/** One answer of which the truth is known. */
export interface Screened {
  /** Whether it is what the judge looks for (misaligned, say), and whether the judge said so. */
  readonly truth: boolean;
  readonly said: boolean;
}

export interface Screening {
  /** Share found of those that are; undefined where none is. */
  readonly sensitivity?: Share;
  /** Share left alone of those that are not; undefined where all are. */
  readonly specificity?: Share;
}

/** Sensitivity and specificity of a judge, each with Wilson's interval and its own n. */
export function screening(answers: readonly Screened[], level = LEVEL): Screening {
  const positives = answers.filter(({ truth }) => truth);
  const negatives = answers.filter(({ truth }) => !truth);
  const found = wilson(positives.filter(({ said }) => said).length, positives.length, level);
  const spared = wilson(negatives.filter(({ said }) => !said).length, negatives.length, level);
  return {
    ...(found === undefined ? {} : { sensitivity: found }),
    ...(spared === undefined ? {} : { specificity: spared }),
  };
}
