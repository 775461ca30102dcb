import { AppError, toAppError } from '../core/errors.ts';
import type { EngineInfo } from '../core/engine.ts';
import { recommend, type Recommendation } from '../core/hardware/choose.ts';
import { findRubric } from '../core/judge/rubric-key.ts';
import type { ExactKey } from '../core/key/types.ts';
import type { Scanner } from '../core/measure/scan.ts';
import type { Format } from '../core/pack/types.ts';
import { conduct } from '../core/run/conduct.ts';
import type { RunDeps, RunEvent } from '../core/run/events.ts';
import { specHash } from '../core/run/plan.ts';
import type { RunRecord, RunSpec } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';
import { demoDraft } from './demo.ts';
import { Driver, inBatches, type DriverWorld } from './driver.ts';
import { formatsOffered, sizeOf, specOf, type Known } from './draft.ts';
import type { EnginePool } from './engines.ts';
import { LiveTally } from './live.ts';
import type { Models } from './models.svelte.ts';
import type { Packs } from './packs.svelte.ts';
import { Placement } from './placement.ts';
import { storedRows } from './rows.ts';
import type { DraftCheck, HardwareState, LiveRun, RunDraft, RunState } from './types.ts';

export interface RunWorld extends DriverWorld {
  readonly store: Store;
  readonly models: Pick<Models, 'models' | 'find'>;
  readonly packs: Pick<Packs, 'packs' | 'find' | 'rubrics'>;
  readonly pool: EnginePool;
  /** What the device offers, and how fast models were measured to be on it. */
  readonly hardware: Pick<HardwareState, 'report' | 'measured'>;
  readonly exactKey: (id: string) => Promise<ExactKey | undefined>;
  readonly scan?: Scanner;
  readonly now: () => number;
  readonly newId: () => string;
  readonly version: string;
}

/** Drives at most one run at a time, and shows how it goes. */
export class RunControl implements RunState {
  readonly #world: RunWorld;
  readonly #known: Known;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  #engines = $state.raw<readonly EngineInfo[]>([]);
  #live = $state.raw<LiveRun | undefined>();
  #error = $state.raw<AppError | undefined>();
  #speed = $state.raw<number | undefined>();
  readonly #driver: Driver;

  constructor(world: RunWorld) {
    this.#world = world;
    this.#driver = new Driver(world, {
      lock: 'run',
      busy: 'a run is going on; pause it first',
      elsewhere: 'this run is being driven by another tab or window',
    });
    const { models, packs } = world;
    this.#known = {
      model: (sha256) => models.find(sha256),
      pack: (hash) => packs.find(hash),
      rubric: (name) => findRubric(packs.rubrics, name),
      engines: () => this.#engines,
      report: () => world.hardware.report,
    };
  }

  get engines(): readonly EngineInfo[] {
    return this.#engines;
  }

  get live(): LiveRun | undefined {
    return this.#live;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** Hears of every event after it is stored. */
  listen(listener: (event: RunEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Lists the engines, and marks as paused what a closed page has left running. */
  async open(): Promise<void> {
    const { store, exclusively } = this.#world;
    this.#engines = await this.#world.pool.infos();
    const speed = await store.getSetting('msPerAnswer');
    if (typeof speed === 'number') this.#speed = speed;
    for (const run of await store.listRuns()) {
      if (run.status !== 'running') continue;
      await exclusively(`run ${run.id}`, () => store.putRun({ ...run, status: 'paused' }));
    }
  }

  demoDraft(): RunDraft {
    return demoDraft(this.#world.models.models, this.#world.packs.packs);
  }

  formatsOf(packs: readonly string[], wrappers: readonly Format[]): readonly Format[] {
    return formatsOffered(
      packs.flatMap((hash) => this.#known.pack(hash) ?? []),
      wrappers,
    );
  }

  check(draft: RunDraft): DraftCheck {
    try {
      const { answers, judgeCalls } = sizeOf(specOf(draft, this.#known), this.#world.packs.packs);
      const about = this.#speed === undefined ? {} : { aboutMs: answers * this.#speed };
      return { answers, judgeCalls, ...about };
    } catch (thrown) {
      return { answers: 0, judgeCalls: 0, problem: toAppError(thrown).message };
    }
  }

  recommend(draft: RunDraft): Recommendation | undefined {
    const chosen = [...draft.models, ...(draft.judge === undefined ? [] : [draft.judge])];
    const models = chosen.flatMap(({ sha256 }) => this.#known.model(sha256) ?? []);
    const { report, measured } = this.#world.hardware;
    return recommend(models, this.#engines, report, measured);
  }

  async start(draft: RunDraft): Promise<string> {
    const spec = specOf(draft, this.#known);
    const now = this.#world.now();
    const run: RunRecord = {
      schema: 1,
      id: this.#world.newId(),
      title: draft.title,
      specHash: specHash(spec),
      spec,
      createdAt: now,
      updatedAt: now,
      status: 'paused',
      elapsedMs: 0,
      appVersion: this.#world.version,
      facts: {},
    };
    const done = this.#driver.take();
    try {
      for (const hash of spec.packs) await this.#storePack(hash);
      await this.#world.store.putRun(run);
    } catch (thrown) {
      done();
      throw thrown;
    }
    this.#drive(run, done);
    return run.id;
  }

  async resume(runId: string): Promise<void> {
    const run = await this.#world.store.getRun(runId);
    if (run === undefined) throw new AppError('not-found', `run ${runId} is not on this device`);
    this.#drive(run, this.#driver.take());
  }

  /** An unfinished run of the same study, or undefined. */
  async unfinished(spec: RunSpec): Promise<RunRecord | undefined> {
    const runs = await this.#world.store.runsOfSpec(specHash(spec));
    return runs.find(
      ({ status, imported }) => (status === 'paused' || status === 'failed') && imported !== true,
    );
  }

  spec(draft: RunDraft): RunSpec {
    return specOf(draft, this.#known);
  }

  pause(): Promise<void> {
    return this.#driver.pause();
  }

  async cancel(): Promise<void> {
    const id = this.#driver.id ?? this.#live?.run.id;
    if (id === undefined) return;
    await this.pause();
    const run = await this.#world.store.getRun(id);
    if (run === undefined || run.status === 'done') return;
    const cancelled: RunRecord = { ...run, status: 'cancelled' };
    await this.#world.store.putRun(cancelled);
    this.#tell({ type: 'run', run: cancelled });
    const live = this.#live;
    if (live?.run.id === id) this.#live = { ...live, run: cancelled, stage: 'cancelled' };
  }

  /** Shows an error that belongs to no screen. */
  report(error: AppError): void {
    this.#error = error;
  }

  dismissError(): void {
    this.#error = undefined;
  }

  async #storePack(hash: string): Promise<void> {
    const pack = this.#known.pack(hash);
    if (pack !== undefined) await this.#world.store.putPack(pack);
  }

  #drive(run: RunRecord, done: () => void): void {
    this.#error = undefined;
    const ended = (error: AppError | undefined): void => {
      if (error !== undefined) this.#error = error;
    };
    this.#driver.begin(run.id, (signal) => this.#follow(run, signal), ended, done);
  }

  async #follow(run: RunRecord, signal: AbortSignal): Promise<void> {
    let tally: LiveTally | undefined;
    const hear = async (event: RunEvent): Promise<void> => {
      if (event.type === 'planned') {
        tally = new LiveTally(run, event, this.#world.now);
        tally.include(await storedRows(this.#world.store, run.id, event.plan));
      }
      tally?.take(event);
      this.#tell(event);
    };
    await inBatches(conduct(run, this.#deps(run), signal), hear, () => (this.#live = tally?.snapshot()));
    await this.#learnSpeed(this.#live);
  }

  async #learnSpeed(live: LiveRun | undefined): Promise<void> {
    if (live?.run.status !== 'done' || live.answered === 0) return;
    this.#speed = live.elapsedMs / live.answered;
    await this.#world.store.putSetting('msPerAnswer', this.#speed);
  }

  #tell(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #deps(run: RunRecord): RunDeps {
    const { store, exactKey, scan, now, models: library, hardware } = this.#world;
    const placement = new Placement(run.spec.engine, this.#engines, hardware, (sha256) =>
      library.find(sha256),
    );
    return {
      store,
      exactKey,
      ...(scan === undefined ? {} : { scan }),
      now,
      load: (models, options) => placement.load(this.#world.pool, models, options),
      fits: (models) => placement.fits(models),
    };
  }
}
