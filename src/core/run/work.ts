import { aborted, AppError, toAppError } from '../errors.ts';
import { askAll } from './ask.ts';
import { Attempt } from './attempt.ts';
import { judgeAll } from './judging.ts';
import { openSeries } from './open.ts';
import type { Sitting } from './sitting.ts';
import { lookBack, stopRuleOf } from './stopping.ts';

/** A device that goes away more often than this in one sitting will go on to do so. */
export const MOST_LOSSES = 3;

/** Asks and judges at once; when one of the two fails, the other stops, and the cause is what comes back. */
async function together(attempt: Attempt): Promise<AppError | undefined> {
  const stopOnFailure = async (task: Promise<void>): Promise<AppError | undefined> => {
    try {
      await task;
      return undefined;
    } catch (error) {
      attempt.stop.stop();
      attempt.toJudge.close();
      return toAppError(error);
    }
  };
  const askAndClose = async (): Promise<void> => {
    await askAll(attempt);
    attempt.toJudge.close();
  };
  attempt.sitting.events.push({ type: 'phase', phase: 'both' });
  const tasks = [stopOnFailure(askAndClose()), stopOnFailure(judgeAll(attempt))];
  const failures = (await Promise.all(tasks)).filter((failure) => failure !== undefined);
  return failures.find(({ code }) => code !== 'aborted') ?? failures[0];
}

/**
 * Asks everything, then judges: one model in memory at a time. The answers are the same; the verdicts come later. Under a stop rule
 * `rounds` rounds are asked.
 */
async function inTwoPhases(attempt: Attempt, rounds?: number): Promise<AppError | undefined> {
  const { events } = attempt.sitting;
  try {
    events.push({ type: 'phase', phase: 'asking' });
    await askAll(attempt, rounds);
    attempt.toJudge.close();
    events.push({ type: 'phase', phase: 'judging' });
    await judgeAll(attempt);
    return undefined;
  } catch (error) {
    return toAppError(error);
  }
}

/** Whether the judge has room beside each of the series that are still to be asked. */
function roomForBoth(sitting: Sitting): boolean {
  const { plan, deps } = sitting;
  const { judge } = plan.spec;
  if (judge === undefined) return true;
  return openSeries(sitting).every((series) => deps.fits([...series.map(({ model }) => model), judge.model]));
}

/** What a run can go on after by itself: models that have no room together, and a device that was lost. */
class Recovery {
  readonly #sitting: Sitting;
  #losses = 0;
  apart: boolean;

  constructor(sitting: Sitting) {
    this.#sitting = sitting;
    this.apart = !roomForBoth(sitting);
  }

  /** Notes what happened and how the run goes on; throws what ends it. */
  async from(failure: AppError, { crowded }: Attempt): Promise<void> {
    if (failure.code === 'model-load' && crowded && !this.apart) {
      this.apart = true;
      await this.#sitting.note(
        `The models have no room in memory together (${failure.message}); everything is asked first and judged after.`,
      );
      return;
    }
    if (failure.code !== 'device-lost') throw failure;
    this.#losses += 1;
    if (this.#losses > MOST_LOSSES) throw lostForGood(failure);
    await this.#sitting.note(`The device was lost (${failure.message}); the models were loaded again.`);
  }
}

function lostForGood(failure: AppError): AppError {
  const message =
    `${failure.message}. That was the ${MOST_LOSSES + 1}th time in one go. Close what else uses the GPU, or restart the ` +
    'browser, and resume the run: every answer so far is kept';
  return new AppError('device-lost', message, { cause: failure });
}

/** Rounds asked before the judge looks for the first time, where models and judge take turns; twice as many each time. */
const FIRST_ROUNDS = 4;

/** Models and judge in turns, so that a stop rule can be met: a few rounds are asked, judged and looked at, then more. */
async function inTurns(sitting: Sitting): Promise<{ attempt: Attempt; failure: AppError | undefined }> {
  for (let rounds = FIRST_ROUNDS; ; rounds *= 2) {
    const attempt = new Attempt(sitting);
    const failure = await inTwoPhases(attempt, rounds);
    if (failure !== undefined || sitting.signal?.aborted === true) return { attempt, failure };
    await lookBack(sitting);
    if (rounds >= sitting.plan.spec.samples || openSeries(sitting).length === 0) return { attempt, failure };
  }
}

async function attemptAt(
  sitting: Sitting,
  apart: boolean,
): Promise<{ attempt: Attempt; failure: AppError | undefined }> {
  if (apart && stopRuleOf(sitting.plan.spec) !== undefined) return await inTurns(sitting);
  const attempt = new Attempt(sitting);
  return { attempt, failure: apart ? await inTwoPhases(attempt) : await together(attempt) };
}

/** Sample and judge until nothing is left, in as many attempts as it takes; what is stored is not done again. */
export async function work(sitting: Sitting): Promise<void> {
  const recovery = new Recovery(sitting);
  for (;;) {
    const { attempt, failure } = await attemptAt(sitting, recovery.apart);
    if (sitting.signal?.aborted === true) throw failure ?? aborted();
    if (failure === undefined) return;
    await recovery.from(failure, attempt);
  }
}
