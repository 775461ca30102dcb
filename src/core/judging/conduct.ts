import { AppError, toAppError } from '../errors.ts';
import type { LoadedModel } from '../engine.ts';
import { Reader } from '../judge/reader.ts';
import { given } from '../pack/given.ts';
import { naming } from '../run/attempt.ts';
import { Channel } from '../run/channel.ts';
import { WAITING } from '../run/judging.ts';
import { inLanes } from '../run/lanes.ts';
import { settle } from '../run/settle.ts';
import { TOUCH_EVERY_MS } from '../run/sitting.ts';
import type { RunStatus } from '../run/types.ts';
import { judgeAnswer } from '../run/verdict.ts';
import { MOST_LOSSES } from '../run/work.ts';
import { Stopper, type CancelSignal } from '../signal.ts';
import type { JudgingDeps, JudgingEvent } from './events.ts';
import { casesOf, type Cases } from './source.ts';
import type { Judging } from './types.ts';

/** One uninterrupted stretch of work of a judge. */
class Work {
  readonly events = new Channel<JudgingEvent>();
  readonly #deps: JudgingDeps;
  readonly #signal: CancelSignal | undefined;
  readonly #judged: Set<number>;
  readonly #cases: Cases;
  readonly #before: number;
  readonly #startedAt: number;
  #judging: Judging;

  constructor(judging: Judging, cases: Cases, judged: Set<number>, deps: JudgingDeps, signal?: CancelSignal) {
    this.#judging = judging;
    this.#cases = cases;
    this.#judged = judged;
    this.#deps = deps;
    this.#signal = signal;
    this.#before = judging.elapsedMs;
    this.#startedAt = deps.now();
  }

  async keep(status: RunStatus, changes: Pick<Partial<Judging>, 'facts' | 'failure'> = {}): Promise<void> {
    const now = this.#deps.now();
    const elapsedMs = this.#before + (now - this.#startedAt);
    const { failure, ...kept } = { ...this.#judging, ...changes, status, elapsedMs, updatedAt: now };
    this.#judging = { ...kept, ...(status === 'failed' ? given({ failure }) : {}) };
    await this.#deps.store.putJudging(this.#judging);
    this.events.push({ type: 'judging', judging: this.#judging });
  }

  /** Judges what is left, with the judge loaded again where its device was lost. */
  async all(): Promise<void> {
    for (let losses = 0; ; losses++) {
      const left = this.#cases.items.filter((item) => !this.#judged.has(item));
      if (left.length === 0) return;
      try {
        await this.#attempt(left);
        return;
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code !== 'device-lost' || losses >= MOST_LOSSES) throw error;
      }
    }
  }

  async #attempt(items: readonly number[]): Promise<void> {
    const stop = new Stopper(this.#signal);
    const loaded = await this.#load(stop);
    try {
      await this.#keepFacts(loaded);
      for (const judge of loaded) await this.#judgeWith(judge, items, stop);
    } catch (thrown) {
      throw naming(thrown, [this.#judging.judge.model]);
    } finally {
      stop.stop();
      await Promise.all(loaded.map((each) => each.unload()));
    }
  }

  async #load(stop: CancelSignal): Promise<readonly LoadedModel[]> {
    const { model } = this.#judging.judge;
    const onProgress = ({ fraction }: { readonly fraction: number }): void => {
      this.events.push({ type: 'loading', model, fraction });
    };
    try {
      return await this.#deps.load([model], { signal: stop, onProgress });
    } catch (thrown) {
      throw naming(toAppError(thrown, 'model-load'), [model]);
    }
  }

  async #keepFacts(loaded: readonly LoadedModel[]): Promise<void> {
    const { judge, facts } = this.#judging;
    const found = loaded.map((each) => [judge.model.sha256, each.facts] as const);
    await this.keep('running', { facts: { ...facts, ...Object.fromEntries(found) } });
  }

  async #judgeWith(loaded: LoadedModel, items: readonly number[], stop: CancelSignal): Promise<void> {
    const reader = await Reader.of(this.#judging.judge.rubric, loaded, stop);
    await inLanes(items, loaded.facts.batch + WAITING, (item) => this.#judge(item, reader));
  }

  async #judge(item: number, reader: Reader): Promise<void> {
    const found = await this.#cases.read(item);
    if (found === undefined) return;
    const judgement = await judgeAnswer(found.as, found.given, reader, this.#deps);
    if (judgement === undefined) return;
    const { verdict, record } = judgement;
    await this.#deps.store.putVerdict(verdict, record);
    this.#judged.add(item);
    this.events.push({ type: 'verdict', verdict });
    if (this.#deps.now() - this.#judging.updatedAt >= TOUCH_EVERY_MS) await this.keep('running');
  }
}

/**
 * A judge on answers that exist already: another one on a run's answers, or one on trial on a calibration set. Verdicts are stored
 * under `judging.id`, each the moment it exists and before the event is told; `judging` itself is stored with its status,
 * time and facts. What is stored is not done again, so the same call resumes. Throws the AppError that ended it, except that
 * `signal` ends it quietly, as paused.
 * @throws AppError `not-found` when the answers are not at hand; then nothing is stored.
 */
export async function* judgeAgain(
  judging: Judging,
  deps: JudgingDeps,
  signal?: CancelSignal,
): AsyncGenerator<JudgingEvent> {
  const cases = await casesOf(judging, deps);
  const judged = new Set(await deps.store.judgedItems(judging.id));
  if (cases.items.length === 0) throw new AppError('not-found', 'expected answers to judge, got none');
  yield { type: 'planned', total: cases.items.length, judged: judged.size };

  const work = new Work(judging, cases, judged, deps, signal);
  await work.keep('running');
  const settled = settle(
    () => work.all(),
    (status, changes) => work.keep(status, changes),
    work.events,
  );
  yield* work.events;
  await settled;
}
