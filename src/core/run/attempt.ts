import type { LoadedModel } from '../engine.ts';
import { AppError, toAppError } from '../errors.ts';
import type { RunModel } from '../model.ts';
import { Stopper } from '../signal.ts';
import { Channel } from './channel.ts';
import type { Sitting } from './sitting.ts';

/** One try at what is left of a run: what asking and judging share, and what stops them both. */
export class Attempt {
  readonly sitting: Sitting;
  readonly stop: Stopper;
  /** Items answered and not yet judged. */
  readonly toJudge = new Channel<number>();
  #present = 0;
  #crowded = false;

  constructor(sitting: Sitting) {
    this.sitting = sitting;
    this.stop = new Stopper(sitting.signal);
    for (const item of sitting.toJudge()) this.toJudge.push(item);
  }

  /** Whether a model did not load while another one took room: alone it may. */
  get crowded(): boolean {
    return this.#crowded;
  }

  /** Loads models that share a base, writes down what they really run on, and unloads them after `work`. */
  async using(
    models: readonly RunModel[],
    work: (loaded: readonly LoadedModel[]) => Promise<void>,
  ): Promise<void> {
    this.#present += 1;
    try {
      const loaded = await this.#load(models);
      try {
        await this.#keepFacts(models, loaded);
        await work(loaded);
      } finally {
        await Promise.all(loaded.map((each) => each.unload()));
      }
    } finally {
      this.#present -= 1;
    }
  }

  async #load(models: readonly RunModel[]): Promise<readonly LoadedModel[]> {
    const { deps, events } = this.sitting;
    try {
      return await deps.load(models, {
        signal: this.stop,
        onProgress: ({ fraction }) => {
          const [model] = models;
          if (model !== undefined) events.push({ type: 'loading', model, fraction });
        },
      });
    } catch (thrown) {
      const error = toAppError(thrown, 'model-load');
      if (error.code === 'model-load' && this.#present > 1) this.#crowded = true;
      throw naming(error, models);
    }
  }

  async #keepFacts(models: readonly RunModel[], loaded: readonly LoadedModel[]): Promise<void> {
    const facts = models.flatMap(({ sha256 }, index) => {
      const found = loaded[index]?.facts;
      return found === undefined ? [] : [[sha256, found] as const];
    });
    const { sitting } = this;
    await sitting.keep('running', { facts: { ...sitting.run.facts, ...Object.fromEntries(facts) } });
  }
}

/** The same error, saying of which models; stopping on request is no model's fault, and a question too long is named itself. */
export function naming(thrown: unknown, models: readonly RunModel[]): AppError {
  const error = toAppError(thrown);
  const labels = models.map(({ label }) => label).join(', ');
  if (error.code === 'aborted' || error.code === 'context-overflow' || error.message.includes(labels)) {
    return error;
  }
  return new AppError(error.code, `${labels}: ${error.message}`, { cause: error, place: error.place });
}
