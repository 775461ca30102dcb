import type { CalibrationSet } from '../core/calibration/types.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { EngineInfo } from '../core/engine.ts';
import { findRubric, rubricKey } from '../core/judge/rubric-key.ts';
import type { Rubric } from '../core/judge/types.ts';
import { judgeAgain } from '../core/judging/conduct.ts';
import type { JudgingDeps, JudgingEvent } from '../core/judging/events.ts';
import { judgeHash, type NamedJudge } from '../core/judging/judge-hash.ts';
import type { Judging } from '../core/judging/types.ts';
import type { RunModel } from '../core/model.ts';
import type { RunDeps } from '../core/run/events.ts';
import type { Store } from '../storage/types.ts';
import { bundledCalibrations } from './bundled.ts';
import { Driver, inBatches, type DriverWorld } from './driver.ts';
import type { EnginePool } from './engines.ts';
import { judgeFor, newJudging, wayFor, type JudgingKnown } from './judging-draft.ts';
import { caseTextOf, fitnessByJudge, opinionsOf, reportOf, trialsOf } from './judging-reports.ts';
import type {
  CaseText,
  JudgeFitness,
  JudgingDraft,
  JudgingReport,
  JudgingsState,
  LiveJudging,
  RunOpinion,
} from './judging-types.ts';
import { JudgingTally } from './live-judging.ts';
import type { Models } from './models.svelte.ts';
import { ownSets, saveRubric } from './own-documents.ts';
import type { Packs } from './packs.svelte.ts';
import { Placement } from './placement.ts';
import type { HardwareState } from './types.ts';

const UNTESTED: JudgeFitness = { fitness: 'untested' };

export interface JudgingWorld extends DriverWorld, Pick<RunDeps, 'exactKey' | 'scan' | 'now'> {
  readonly store: Store;
  readonly models: Pick<Models, 'models' | 'find'>;
  readonly packs: Pick<Packs, 'rubrics' | 'ownRubrics' | 'refresh'>;
  readonly pool: EnginePool;
  readonly hardware: Pick<HardwareState, 'report' | 'measured'>;
  readonly newId: () => string;
  readonly version: string;
  /** Calibration sets that come with the app. */
  readonly bundled?: () => Promise<readonly CalibrationSet[]>;
}

/** Drives at most one judge at a time over answers that exist, and keeps what is known of judges. */
export class Judgings implements JudgingsState {
  readonly #world: JudgingWorld;
  readonly #known: JudgingKnown;
  #engines: readonly EngineInfo[] = [];
  #judgings = $state.raw<readonly Judging[]>([]);
  #bundled = $state.raw<readonly CalibrationSet[]>([]);
  #own = $state.raw<readonly CalibrationSet[]>([]);
  #trials = $state.raw<ReadonlyMap<string, JudgeFitness>>(new Map());
  readonly #fitness = $derived(fitnessByJudge(this.#trials));
  #live = $state.raw<LiveJudging | undefined>();
  #error = $state.raw<AppError | undefined>();
  readonly #sets = $derived([...this.#bundled, ...this.#own]);
  readonly #driver: Driver;

  constructor(world: JudgingWorld) {
    this.#world = world;
    this.#driver = new Driver(world, {
      lock: 'judging',
      busy: 'a judge is at work; pause it first',
      elsewhere: 'this judge is at work in another tab or window',
    });
    const { models, packs, hardware } = world;
    this.#known = {
      model: (sha256) => models.find(sha256),
      pack: () => undefined,
      rubric: (name) => findRubric(packs.rubrics, name),
      engines: () => this.#engines,
      report: () => hardware.report,
      hardware,
    };
  }

  get judgings(): readonly Judging[] {
    return this.#judgings;
  }

  get sets(): readonly CalibrationSet[] {
    return this.#sets;
  }

  get live(): LiveJudging | undefined {
    return this.#live;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** Reads what is stored, and marks as paused what a closed page has left running. */
  async open(): Promise<void> {
    const { store, pool, exclusively, bundled = bundledCalibrations } = this.#world;
    this.#engines = await pool.infos();
    this.#bundled = await bundled();
    for (const judging of await store.listJudgings()) {
      if (judging.status !== 'running') continue;
      await exclusively(`judging ${judging.id}`, () => store.putJudging({ ...judging, status: 'paused' }));
    }
    await this.refresh();
  }

  /** Reads judgings and sets again, after something else has stored or deleted some. */
  async refresh(): Promise<void> {
    const { store } = this.#world;
    this.#own = (await ownSets(store)).filter(({ hash }) => !this.isBundledSet(hash));
    this.#judgings = await store.listJudgings();
    this.#trials = await trialsOf(store, this.#judgings, this.#sets, this.#trials);
  }

  isBundledSet(hash: string): boolean {
    return this.#bundled.some((set) => set.hash === hash);
  }

  fitnessOf(judge: NamedJudge): JudgeFitness {
    return this.#fitness.get(judgeHash(judge)) ?? UNTESTED;
  }

  trialOf(judgingId: string): JudgeFitness | undefined {
    return this.#trials.get(judgingId);
  }

  ofRun(runId: string): readonly Judging[] {
    return this.#judgings.filter(
      ({ subject, status }) => subject.kind === 'run' && subject.runId === runId && status === 'done',
    );
  }

  problem(draft: JudgingDraft, models: readonly RunModel[] = []): string | undefined {
    try {
      judgeFor(draft, this.#known, { models, set: this.#setOf(draft) });
      return undefined;
    } catch (thrown) {
      return toAppError(thrown).message;
    }
  }

  async start(draft: JudgingDraft): Promise<string> {
    const { store, newId, now, version } = this.#world;
    const { models, total } = await this.#subjectOf(draft);
    const judge = judgeFor(draft, this.#known, { models, set: this.#setOf(draft) });
    const fixed = { id: newId(), subject: draft.subject, judge, total };
    const judging = newJudging({ ...fixed, createdAt: now(), appVersion: version });
    const done = this.#driver.take();
    try {
      await store.putJudging(judging);
    } catch (thrown) {
      done();
      throw thrown;
    }
    this.#drive(judging, done);
    return judging.id;
  }

  async resume(id: string): Promise<void> {
    const judging = await this.#stored(id);
    this.#drive(judging, this.#driver.take());
  }

  pause(): Promise<void> {
    return this.#driver.pause();
  }

  /** Ends it for good; the verdicts so far stay stored, and count for nothing. */
  async cancel(): Promise<void> {
    const id = this.#driver.id ?? this.#live?.judging.id;
    if (id === undefined) return;
    await this.pause();
    const judging = await this.#world.store.getJudging(id);
    if (judging === undefined || judging.status === 'done') return;
    const cancelled: Judging = { ...judging, status: 'cancelled' };
    await this.#world.store.putJudging(cancelled);
    const live = this.#live;
    if (live?.judging.id === id) this.#live = { ...live, judging: cancelled, stage: 'cancelled' };
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    if (this.#driver.id === id) await this.pause();
    await this.#world.store.deleteJudging(id);
    if (this.#live?.judging.id === id) this.#live = undefined;
    await this.refresh();
  }

  async report(id: string): Promise<JudgingReport | undefined> {
    const judging = await this.#world.store.getJudging(id);
    return judging === undefined ? undefined : reportOf(this.#world.store, judging, this.#sets);
  }

  async caseText(id: string, caseId: string): Promise<CaseText | undefined> {
    const judging = await this.#world.store.getJudging(id);
    return judging === undefined ? undefined : caseTextOf(this.#world.store, judging, caseId, this.#sets);
  }

  opinions(runId: string): Promise<readonly RunOpinion[]> {
    return opinionsOf(this.#world.store, runId, this.ofRun(runId));
  }

  async removeSet(hash: string): Promise<void> {
    const used = this.#judgings.filter(
      ({ subject }) => subject.kind === 'calibration' && subject.set === hash,
    ).length;
    if (used > 0) {
      const message = `expected a set that no calibration here needs, got one that ${used} need`;
      throw new AppError('invalid-option', message);
    }
    await this.#world.store.deleteDocument(hash);
    await this.refresh();
  }

  async saveRubric(rubric: Rubric): Promise<Rubric> {
    const { store, packs, now } = this.#world;
    const saved = await saveRubric(store, rubric, packs.rubrics, now());
    await packs.refresh();
    return saved;
  }

  async removeRubric(key: string): Promise<void> {
    const { store, packs } = this.#world;
    const own = packs.ownRubrics.find(({ rubric }) => rubricKey(rubric) === key);
    if (own === undefined) throw new AppError('not-found', `expected a rubric of your own, got ${key}`);
    await store.deleteDocument(own.hash);
    await packs.refresh();
  }

  dismissError(): void {
    this.#error = undefined;
  }

  #setOf({ subject }: JudgingDraft): CalibrationSet | undefined {
    return subject.kind === 'calibration' ? this.#set(subject.set) : undefined;
  }

  #set(hash: string): CalibrationSet | undefined {
    return this.#sets.find((set) => set.hash === hash);
  }

  async #stored(id: string): Promise<Judging> {
    const judging = await this.#world.store.getJudging(id);
    if (judging === undefined) throw new AppError('not-found', `judging ${id} is not on this device`);
    return judging;
  }

  async #subjectOf({ subject }: JudgingDraft): Promise<{ models: readonly RunModel[]; total: number }> {
    const { store } = this.#world;
    if (subject.kind === 'calibration') {
      const set = this.#set(subject.set);
      if (set === undefined) throw new AppError('not-found', 'the calibration set is not on this device');
      return { models: [], total: set.answers.length };
    }
    const run = await store.getRun(subject.runId);
    if (run === undefined) throw new AppError('not-found', `run ${subject.runId} is not on this device`);
    return { models: run.spec.models, total: (await store.answeredItems(run.id)).length };
  }

  #drive(judging: Judging, done: () => void): void {
    this.#error = undefined;
    const ended = async (error: AppError | undefined): Promise<void> => {
      if (error !== undefined) this.#error = error;
      await this.refresh();
    };
    this.#driver.begin(judging.id, (signal) => this.#follow(judging, signal), ended, done);
  }

  async #follow(judging: Judging, signal: AbortSignal): Promise<void> {
    const tally = new JudgingTally(judging, this.#world.now);
    const show = (): void => {
      this.#live = tally.snapshot();
    };
    const hear = (event: JudgingEvent): void => {
      tally.take(event);
    };
    show();
    await inBatches(judgeAgain(judging, this.#deps(judging), signal), hear, show);
  }

  #deps({ judge }: Judging): JudgingDeps {
    const { store, exactKey, scan, now, models, hardware } = this.#world;
    const way = wayFor(models.find(judge.model.sha256), this.#known);
    const placement = new Placement(way, this.#engines, hardware, (sha256) => models.find(sha256));
    return {
      ...{ store, exactKey, now },
      ...(scan === undefined ? {} : { scan }),
      calibration: (hash) => Promise.resolve(this.#set(hash)),
      load: (wanted, options) => placement.load(this.#world.pool, wanted, options),
    };
  }
}
