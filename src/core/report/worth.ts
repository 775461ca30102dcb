import type { CalibrationReport } from '../calibration/report.ts';
import type { Proportion } from '../calibration/screen.ts';
import type { JudgeWorth } from './methods/types.ts';

/** What a report says of a judge, as the methods tell it. `set`: title and version of what it was tried on. */
export function judgeWorth(set: string, { n, fitness, telling }: CalibrationReport): JudgeWorth {
  const { sensitivity, specificity } = telling;
  return {
    ...{ set, answers: n, fitness },
    ...(sensitivity === undefined ? {} : { sensitivity: figure(sensitivity) }),
    ...(specificity === undefined ? {} : { specificity: figure(specificity) }),
  };
}

function figure({ rate, low, high }: Proportion): NonNullable<JudgeWorth['sensitivity']> {
  return { rate, low, high };
}
