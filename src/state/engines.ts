import { AppError } from '../core/errors.ts';
import type { Engine, EngineInfo, LoadedModel, LoadOptions } from '../core/engine.ts';
import type { EngineChoice, RunModel } from '../core/model.ts';
import type { EngineEntry } from '../engines/index.ts';
import type { Models } from './models.svelte.ts';

/** Requests at once; more gains nothing on a CPU (ARCHITECTURE.md, engines). */
const BATCH = 8;
/** Room for a question and an answer; a model trained on less gets what it was trained on. */
const CONTEXT_TOKENS = 4096;

/** The engines of the table, each loaded once, when first needed. */
export class EnginePool {
  readonly #entries: readonly EngineEntry[];
  readonly #models: Models;
  readonly #loaded = new Map<string, Promise<Engine>>();

  constructor(entries: readonly EngineEntry[], models: Models) {
    this.#entries = entries;
    this.#models = models;
  }

  infos(): Promise<readonly EngineInfo[]> {
    return Promise.all(this.#entries.map(async ({ id }) => (await this.#engine(id)).info));
  }

  /** Puts a model of a run into memory on the engine and device that the run names. */
  async load(
    choice: EngineChoice,
    model: RunModel,
    options: Pick<LoadOptions, 'signal' | 'onProgress'>,
  ): Promise<LoadedModel> {
    const engine = await this.#engine(choice.engine);
    const source = this.#models.source(model.sha256, model.label);
    const { device } = choice;
    return engine.load(source, { ...options, device, batch: BATCH, contextTokens: CONTEXT_TOKENS });
  }

  #engine(id: string): Promise<Engine> {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry === undefined) return Promise.reject(new AppError('not-found', `there is no engine "${id}"`));
    const engine = this.#loaded.get(id) ?? entry.load();
    this.#loaded.set(id, engine);
    return engine;
  }
}
