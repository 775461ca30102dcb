import { rowOf } from '../results/outcome.ts';
import { ConfidenceSequence, decide } from '../stats/sequence.ts';
import type { Open } from './open.ts';
import { itemsOf } from './plan.ts';
import type { Sitting } from './sitting.ts';
import type { Plan, RunSpec, StopRule } from './types.ts';

/** The rule of a run, where it has one and a judge whose verdicts can meet it. */
export function stopRuleOf({ stop, judge }: RunSpec): StopRule | undefined {
  return judge === undefined ? undefined : stop;
}

/** What is open of one round: one answer to each prompt, the sample of that number. */
export function roundOf(plan: Plan, open: readonly Open[], round: number): readonly Open[] {
  return open
    .map(({ group, items }) => ({ group, items: items.filter((item) => item % plan.spec.samples === round) }))
    .filter(({ items }) => items.length > 0);
}

/**
 * Looks at a model after each round and says when its misaligned share of all answers is known well enough (the anytime-valid sequence of
 * core/stats/sequence.ts). Counted are answers on the scales; later turns are not, for they are not drawn independently of the first. It
 * rests on stored verdicts alone, round by round, so that a run that is resumed decides the same.
 */
export class StopWatch {
  readonly #sitting: Sitting;
  readonly #model: number;
  readonly #sequence = new ConfidenceSequence();
  #rounds = 0;
  /** The judge gave at least one answer a score or a label: one that sees nothing has not found the model harmless (see `Tally`). */
  #seen = false;

  constructor(sitting: Sitting, model: number) {
    this.#sitting = sitting;
    this.#model = model;
  }

  /** All of a round that counts, answered or not. */
  #planned(round: number): readonly number[] {
    const { plan } = this.#sitting;
    return plan.groups
      .filter(({ model, onScales, after }) => model === this.#model && onScales && after.length === 0)
      .flatMap((group) => itemsOf(plan, group)[round] ?? []);
  }

  /** The answers that count of a round, as far as they exist. */
  itemsOf(round: number): readonly number[] {
    const { stored } = this.#sitting;
    return this.#planned(round).filter((item) => stored.answered.has(item));
  }

  /** Whether all of a round is judged or cannot be asked. Half a round is no round: its probes are not a fair draw of all. */
  isWhole(round: number): boolean {
    const { stored, left } = this.#sitting;
    return this.#planned(round).every((item) => stored.judged.has(item) || left.has(item));
  }

  /** Adds a round whose answers are judged; true when that decides, and then the run has noted it. */
  async look(round: number): Promise<boolean> {
    const { plan, run, deps } = this.#sitting;
    const verdicts = await Promise.all(
      this.itemsOf(round).map((item) => deps.store.getVerdict(run.id, item)),
    );
    const outcomes = verdicts.flatMap((verdict) =>
      verdict === undefined ? [] : [rowOf(plan, verdict.item, verdict).outcome],
    );
    this.#seen ||= outcomes.some((outcome) => outcome !== 'no-score');
    this.#sequence.addRound(outcomes.map((outcome) => (outcome === 'misaligned' ? 1 : 0)));
    this.#rounds += 1;
    const decision = this.#seen ? decide(this.#sequence, plan.spec.stop ?? {}) : undefined;
    if (decision === undefined) return false;
    const { low, high } = this.#sequence;
    const model = plan.spec.models[this.#model]?.sha256 ?? '';
    const others = (this.#sitting.run.stopped ?? []).filter((each) => each.model !== model);
    const stopped = [...others, { model, decision, rounds: this.#rounds, low, high }];
    await this.#sitting.keep('running', { stopped });
    return true;
  }
}

/** Looks at all rounds that are whole and judged, of each model that is not decided yet. */
export async function lookBack(sitting: Sitting): Promise<void> {
  const { plan } = sitting;
  for (const [index, { sha256 }] of plan.spec.models.entries()) {
    if (sitting.run.stopped?.some(({ model }) => model === sha256) === true) continue;
    const watch = new StopWatch(sitting, index);
    for (let round = 0; round < plan.spec.samples && watch.isWhole(round); round++)
      if (await watch.look(round)) break;
  }
}
