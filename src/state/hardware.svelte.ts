import * as v from 'valibot';
import { AppError, toAppError } from '../core/errors.ts';
import { measuredSchema } from '../core/hardware/schema.ts';
import type { HardwareReport, MeasuredSpeed } from '../core/hardware/types.ts';
import { waysOf } from '../core/hardware/ways.ts';
import type { Store } from '../storage/types.ts';
import type { EnginePool } from './engines.ts';
import { measureWays } from './measure.ts';
import type { Models } from './models.svelte.ts';
import type { Turn } from './turn.ts';
import type { HardwareState, Progress } from './types.ts';

/** Key of the settings under which measurements are kept. */
const MEASURED = 'measuredSpeeds';

export interface HardwareWorld {
  readonly store: Pick<Store, 'getSetting' | 'putSetting'>;
  readonly models: Pick<Models, 'find'>;
  readonly pool: Pick<EnginePool, 'infos' | 'load'>;
  /** Shared with the runs, so that neither takes the other's memory. */
  readonly turn: Turn;
  readonly read: () => Promise<HardwareReport>;
  readonly askToPersist: () => Promise<boolean>;
  readonly now: () => number;
}

/** What this device offers, and how fast models were measured to be on it. */
export class Hardware implements HardwareState {
  readonly #world: HardwareWorld;
  #report = $state.raw<HardwareReport | undefined>();
  #measured = $state.raw<readonly MeasuredSpeed[]>([]);
  #measuring = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();
  #abort: AbortController | undefined;

  constructor(world: HardwareWorld) {
    this.#world = world;
  }

  get report(): HardwareReport | undefined {
    return this.#report;
  }

  get measured(): readonly MeasuredSpeed[] {
    return this.#measured;
  }

  get measuring(): Progress | undefined {
    return this.#measuring;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** Reads the device and what was measured on it before; what an older or newer Assay wrote otherwise is measured again. */
  async open(): Promise<void> {
    await this.#readMeasured();
    await this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      this.#report = await this.#world.read();
    } catch (thrown) {
      this.#error = toAppError(thrown);
    }
  }

  async persist(): Promise<void> {
    try {
      await this.#world.askToPersist();
    } catch (thrown) {
      this.#error = toAppError(thrown);
    }
    await this.refresh();
  }

  async measure(sha256: string): Promise<void> {
    this.#error = undefined;
    const abort = new AbortController();
    let done: (() => void) | undefined;
    try {
      done = this.#world.turn.take('a model is being measured; stop that, or wait until it is done');
      this.#abort = abort;
      await this.#measureModel(sha256, abort.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'aborted') this.#error = error;
    } finally {
      if (done !== undefined) this.#measuring = undefined;
      done?.();
    }
  }

  cancelMeasuring(): void {
    this.#abort?.abort();
  }

  dismissError(): void {
    this.#error = undefined;
  }

  async #measureModel(sha256: string, signal: AbortSignal): Promise<void> {
    const { models, pool, now } = this.#world;
    const model = models.find(sha256);
    if (model === undefined) throw new AppError('not-found', `the model ${sha256} is not on this device`);
    const ways = waysOf(model, await pool.infos(), this.#report);
    if (ways.length === 0) {
      throw new AppError('model-unsupported', `${model.label}: no engine can run it on this device`);
    }
    const what = `Measuring ${model.label}`;
    this.#measuring = { what, fraction: 0 };
    const measured = await measureWays({
      ...{ model, ways, pool, now, signal },
      onFraction: (fraction) => {
        this.#measuring = { what, fraction };
      },
    });
    await this.#readMeasured(); // another page may have measured meanwhile
    const others = this.#measured.filter((each) => each.sha256 !== sha256);
    await this.#keep([...others, ...measured.speeds]);
    if (measured.failure !== undefined) throw measured.failure;
  }

  async #readMeasured(): Promise<void> {
    const stored = v.safeParse(measuredSchema, await this.#world.store.getSetting(MEASURED));
    if (stored.success) this.#measured = stored.output;
  }

  async #keep(measured: readonly MeasuredSpeed[]): Promise<void> {
    this.#measured = measured;
    await this.#world.store.putSetting(MEASURED, measured);
  }
}
