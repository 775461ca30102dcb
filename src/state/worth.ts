import { judgeWorth } from '../core/report/worth.ts';
import type { JudgeWorth } from '../core/report/methods.ts';
import type { RunJudge } from '../core/run/types.ts';
import type { JudgingsState } from './judging-types.ts';

/** What the latest finished calibration says of a judge, as the methods tell it; undefined for an untested judge. */
export function worthOf(
  judgings: Pick<JudgingsState, 'fitnessOf'>,
  judge: RunJudge | undefined,
): JudgeWorth | undefined {
  const calibration = judge === undefined ? undefined : judgings.fitnessOf(judge).calibration;
  if (calibration === undefined) return undefined;
  const { title, set, report } = calibration;
  return judgeWorth(set === undefined ? title : `${title}, version ${set.version}`, report);
}
