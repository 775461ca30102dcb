import type { EngineInfo, LoadedModel } from '../core/engine.ts';
import { AppError } from '../core/errors.ts';
import { batchFor } from '../core/hardware/choose.ts';
import {
  CONTEXT_TOKENS,
  footprint,
  haveRoom,
  roomOf,
  takenOn,
  type Resident,
} from '../core/hardware/memory.ts';
import type { MeasuredSpeed } from '../core/hardware/types.ts';
import { routeOf } from '../core/hardware/ways.ts';
import type { EngineChoice, ModelRecord, RunModel } from '../core/model.ts';
import type { RunLoadOptions } from '../core/run/events.ts';
import { bySeries } from '../core/run/series.ts';
import type { EnginePool } from './engines.ts';
import type { HardwareState } from './types.ts';

export interface Place {
  readonly way: EngineChoice;
  /** Requests at once. */
  readonly batch: number;
}

/** Where the models of one run go on this device, and what has room beside what. */
export class Placement {
  readonly #choice: EngineChoice;
  readonly #engines: readonly EngineInfo[];
  readonly #hardware: Pick<HardwareState, 'report' | 'measured'>;
  readonly #find: (sha256: string) => ModelRecord | undefined;

  constructor(
    choice: EngineChoice,
    engines: readonly EngineInfo[],
    hardware: Pick<HardwareState, 'report' | 'measured'>,
    find: (sha256: string) => ModelRecord | undefined,
  ) {
    this.#choice = choice;
    this.#engines = engines;
    this.#hardware = hardware;
    this.#find = find;
  }

  /** @throws AppError `model-unsupported` when no engine reads the model. */
  of(model: RunModel): Place {
    const way = routeOf(model, this.#choice, this.#engines);
    if (way === undefined) {
      throw new AppError(
        'model-unsupported',
        `${model.label}: no engine here reads models of the kind "${model.kind ?? 'gguf'}"`,
      );
    }
    return { way, batch: batchFor(model, way, this.#hardware.measured) };
  }

  /** Puts models that share a base where they go. */
  async load(
    pool: EnginePool,
    models: readonly RunModel[],
    options: RunLoadOptions,
  ): Promise<readonly LoadedModel[]> {
    const [first] = models;
    if (first === undefined) return [];
    const { way, batch } = this.of(first);
    return pool.load(way, models, { ...options, batch });
  }

  /** Whether these have room in memory together; those of one base count it once. */
  fits(models: readonly RunModel[]): boolean {
    const proven = Math.max(0, ...this.#hardware.measured.map((each) => this.#provenBytes(each)));
    return haveRoom(this.#residents(models), roomOf(this.#hardware.report, proven));
  }

  #provenBytes({ deviceUsed, sha256 }: MeasuredSpeed): number {
    return deviceUsed === 'webgpu' ? (this.#find(sha256)?.sizeBytes ?? 0) : 0;
  }

  #residents(models: readonly RunModel[]): readonly Resident[] {
    return bySeries(models, (model) => model).flatMap(({ base, items }) => {
      const [first] = items;
      if (first === undefined) return [];
      const { way, batch } = this.of(first);
      const known = this.#find(base) ?? first;
      const adapters = items.filter((member) => member.base !== undefined);
      const adapterBytes = adapters.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const taken = takenOn(way.device, footprint(known, { batch, contextTokens: CONTEXT_TOKENS }));
      return [{ device: way.device, bytes: taken + adapterBytes }];
    });
  }
}
