import type { CalibrationSet } from '../core/calibration/types.ts';
import { AppError } from '../core/errors.ts';
import { recommend } from '../core/hardware/choose.ts';
import { judgeHash } from '../core/judging/judge-hash.ts';
import type { Judging } from '../core/judging/types.ts';
import type { EngineChoice, ModelRecord, RunModel } from '../core/model.ts';
import type { RunJudge } from '../core/run/types.ts';
import { checkRunnable, judgeOf, judgesItself, type Known } from './draft.ts';
import type { JudgingDraft } from './judging-types.ts';
import type { HardwareState } from './types.ts';

/** What is needed beside the draft to know whether it can start. */
export interface JudgingKnown extends Known {
  readonly hardware: Pick<HardwareState, 'report' | 'measured'>;
}

/** Where a judge runs: as a run of it alone would by default. */
export function wayFor(record: ModelRecord | undefined, known: JudgingKnown): EngineChoice {
  const { report, measured } = known.hardware;
  const models = record === undefined ? [] : [record];
  return (
    recommend(models, known.engines(), report, measured)?.choice ?? { engine: 'llamacpp', device: 'cpu' }
  );
}

function checkSet(rubric: RunJudge['rubric'], set: CalibrationSet | undefined): void {
  if (set?.rubric === undefined || set.rubric === rubric.id) return;
  throw new AppError(
    'invalid-option',
    `expected the rubric "${set.rubric}", which "${set.title}" is made for, got "${rubric.id}"`,
  );
}

/**
 * The judge that a draft names, able to run here and put to what it may judge: `models` are those of the run, `set` the calibration set.
 * @throws AppError `invalid-option` or `not-found`, with a sentence for the screen.
 */
export function judgeFor(
  draft: JudgingDraft,
  known: JudgingKnown,
  { models = [], set }: { readonly models?: readonly RunModel[]; readonly set?: CalibrationSet | undefined },
): RunJudge {
  const judge = judgeOf(draft.judge, known);
  checkSet(judge.rubric, set);
  judgesItself(judge, models, draft.allowSelfJudge);
  checkRunnable(judge.model, wayFor(known.model(draft.judge.sha256), known), known);
  return judge;
}

/** A judging that has not begun. */
export function newJudging(
  fixed: Pick<Judging, 'id' | 'subject' | 'judge' | 'total' | 'createdAt' | 'appVersion'>,
): Judging {
  const { judge, createdAt } = fixed;
  return {
    ...{ schema: 1, ...fixed, judgeHash: judgeHash(judge), updatedAt: createdAt },
    ...{ status: 'paused', elapsedMs: 0, facts: {} },
  };
}
