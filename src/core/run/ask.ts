import { AppError, toAppError } from '../errors.ts';
import type { LoadedModel } from '../engine.ts';
import { Asker } from './asker.ts';
import { naming, type Attempt } from './attempt.ts';
import { jobsOf, type Job } from './jobs.ts';
import { inLanes } from './lanes.ts';
import { openSeries, type Open, type OpenModel } from './open.ts';
import { itemsOf } from './plan.ts';
import { roundOf, StopWatch, stopRuleOf } from './stopping.ts';
import type { PlanGroup } from './types.ts';

/** What is wrong with one question is no reason to end a run: it stays unanswered, and the run says so. */
function isOfTheQuestion({ code }: AppError): boolean {
  return code === 'context-overflow' || code === 'not-scorable';
}

/** A question that cannot be asked is named. */
function withProbe(error: AppError, group: PlanGroup): AppError {
  const asked = `probe "${group.probeTitle}" (${group.packId}), ${group.format.title}`;
  return new AppError(error.code, `${asked}: ${error.message}`, { cause: error });
}

/** One model's turn to be asked. */
class Asking {
  readonly #attempt: Attempt;
  readonly #asker: Asker;
  readonly #loaded: LoadedModel;
  readonly #index: number;
  #refused: AppError | undefined;
  /** Prompts (by their group) of which it is noted that some answers are missing: each may be too long in its own way. */
  readonly #noted = new Set<number>();

  constructor(attempt: Attempt, loaded: LoadedModel, index: number) {
    this.#attempt = attempt;
    this.#asker = new Asker(attempt, loaded);
    this.#loaded = loaded;
    this.#index = index;
  }

  /** Asks what is open, turn by turn: a later turn needs the answers of the earlier ones. */
  async ask(open: readonly Open[]): Promise<void> {
    const turns = Math.max(0, ...open.map(({ group }) => group.after.length + 1));
    for (let turn = 0; turn < turns; turn++) {
      const jobs = jobsOf(this.#attempt.sitting, open, turn);
      await inLanes(jobs, this.#loaded.facts.batch, (job) => this.#askJob(job));
    }
  }

  async #askJob(job: Job): Promise<void> {
    try {
      await this.#asker.ask(job);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!isOfTheQuestion(error)) throw error;
      const { sitting } = this.#attempt;
      this.#refused ??= withProbe(error, job.group);
      for (const item of job.items) sitting.left.add(item);
      if (this.#noted.has(job.group.index)) return;
      this.#noted.add(job.group.index);
      await sitting.noteOnce(`Left unanswered: ${withProbe(error, job.group).message}`);
    }
  }

  /** Throws where the model could be asked nothing at all: then it is not the question. */
  check(): void {
    const { plan, stored } = this.#attempt.sitting;
    if (this.#refused === undefined) return;
    const own = plan.groups.filter(({ model }) => model === this.#index);
    const any = own.some((group) => itemsOf(plan, group).some((item) => stored.answered.has(item)));
    if (!any) throw this.#refused;
  }
}

/**
 * One round after the other, a round being one answer to each prompt, until the stop rule is met. `rounds`: ask so many and wait for no
 * verdicts; else each round waits for those of the one before.
 */
async function askInRounds(
  { sitting, stop }: Attempt,
  asking: Asking,
  { index, open }: OpenModel,
  rounds: number | undefined,
): Promise<void> {
  const watch = new StopWatch(sitting, index);
  const most = Math.min(rounds ?? Infinity, sitting.plan.spec.samples);
  for (let round = 0; round < most; round++) {
    await asking.ask(roundOf(sitting.plan, open, round));
    if (rounds !== undefined) continue;
    await sitting.untilJudged(watch.itemsOf(round), stop);
    if (await watch.look(round)) return;
  }
}

async function askModel(
  attempt: Attempt,
  open: OpenModel,
  loaded: LoadedModel,
  rounds: number | undefined,
): Promise<void> {
  const { sitting } = attempt;
  sitting.events.push({ type: 'asking', model: open.model });
  const asking = new Asking(attempt, loaded, open.index);
  try {
    if (stopRuleOf(sitting.plan.spec) === undefined) await asking.ask(open.open);
    else await askInRounds(attempt, asking, open, rounds);
    asking.check();
  } catch (thrown) {
    throw naming(thrown, [open.model]);
  }
}

/**
 * Sample: one series after the other is loaded, and its models asked everything that they have not answered yet. Under a stop rule only
 * `rounds` rounds, where that is given.
 */
export async function askAll(attempt: Attempt, rounds?: number): Promise<void> {
  for (const series of openSeries(attempt.sitting)) {
    const models = series.map(({ model }) => model);
    await attempt.using(models, async (loaded) => {
      for (const [index, open] of series.entries()) {
        const own = loaded[index];
        if (own === undefined)
          throw new AppError('internal', `expected ${series.length} models, got ${loaded.length}`);
        await askModel(attempt, open, own, rounds);
      }
    });
  }
}
