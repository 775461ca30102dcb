import { AppError } from '../core/errors.ts';
import type { Engine, EngineInfo, LoadedModel, LoadOptions } from '../core/engine.ts';
import { CONTEXT_TOKENS } from '../core/hardware/memory.ts';
import type { EngineChoice } from '../core/model.ts';
import type { EngineEntry } from '../engines/index.ts';
import type { Models } from './models.svelte.ts';

/** Names a model that is on this device. */
export interface Named {
  readonly sha256: string;
  readonly label: string;
}

export type PoolOptions = Pick<LoadOptions, 'batch' | 'signal' | 'onProgress'>;

/** The engines of the table, each loaded once, when first needed. */
export class EnginePool {
  readonly #entries: readonly EngineEntry[];
  readonly #models: Pick<Models, 'source'>;
  readonly #loaded = new Map<string, Promise<Engine>>();

  constructor(entries: readonly EngineEntry[], models: Pick<Models, 'source'>) {
    this.#entries = entries;
    this.#models = models;
  }

  infos(): Promise<readonly EngineInfo[]> {
    return Promise.all(this.#entries.map(async ({ id }) => (await this.#engine(id)).info));
  }

  /**
   * Puts models into memory on an engine and device; several are a base and its adapters, or adapters of one base, and share it.
   * Rejects with AppError `model-unsupported` where the engine cannot share one.
   */
  async load(
    { engine: id, device }: EngineChoice,
    models: readonly Named[],
    options: PoolOptions,
  ): Promise<readonly LoadedModel[]> {
    const engine = await this.#engine(id);
    const sources = models.map(({ sha256, label }) => this.#models.source(sha256, label));
    const asked: LoadOptions = { ...options, device, contextTokens: CONTEXT_TOKENS };
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return [await engine.load(only, asked)];
    if (engine.loadSeries !== undefined) return engine.loadSeries(sources, asked);
    const labels = models.map(({ label }) => label).join(', ');
    throw new AppError(
      'model-unsupported',
      `expected an engine that puts adapters on a model, for ${labels}; ${engine.info.label} cannot: merge them when you import them`,
    );
  }

  #engine(id: string): Promise<Engine> {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry === undefined) return Promise.reject(new AppError('not-found', `there is no engine "${id}"`));
    const engine = this.#loaded.get(id) ?? entry.load();
    this.#loaded.set(id, engine);
    return engine;
  }
}
