import { aborted, AppError, toAppError } from '../errors.ts';
import { askAll, openSeries } from './ask.ts';
import { Attempt } from './attempt.ts';
import { judgeAll } from './judging.ts';
import type { Sitting } from './sitting.ts';

/** A device that goes away more often than this in one sitting will go on to do so. */
const MOST_LOSSES = 3;

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

/** Asks everything, then judges: one model in memory at a time. The answers are the same; the verdicts come later. */
async function inTwoPhases(attempt: Attempt): Promise<AppError | undefined> {
  const { events } = attempt.sitting;
  try {
    events.push({ type: 'phase', phase: 'asking' });
    await askAll(attempt);
    attempt.toJudge.close();
    events.push({ type: 'phase', phase: 'judging' });
    await judgeAll(attempt);
    return undefined;
  } catch (error) {
    return toAppError(error);
  }
}

/** Whether the judge has room beside each of the series that are still to be asked. */
function roomForBoth({ plan, deps, stored }: Sitting): boolean {
  const { judge } = plan.spec;
  if (judge === undefined) return true;
  return openSeries(plan, stored.answered).every((series) =>
    deps.fits([...series.map(({ model }) => model), judge.model]),
  );
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

/** Sample and judge until nothing is left, in as many attempts as it takes; what is stored is not done again. */
export async function work(sitting: Sitting): Promise<void> {
  const recovery = new Recovery(sitting);
  for (;;) {
    const attempt = new Attempt(sitting);
    const failure = recovery.apart ? await inTwoPhases(attempt) : await together(attempt);
    if (sitting.signal?.aborted === true) throw failure ?? aborted();
    if (failure === undefined) return;
    await recovery.from(failure, attempt);
  }
}
