import type { JudgeRecord, Verdict } from '../judge/types.ts';
import { conversationOf } from '../measure/turns.ts';
import type { Message } from '../engine.ts';
import { placeOf } from '../run/plan.ts';
import type { Answer, Plan, PlanGroup } from '../run/types.ts';

/** One answer with all that was said of it. */
export interface ItemRecord {
  readonly answer: Answer;
  readonly verdict?: Verdict;
  readonly judged?: JudgeRecord;
}

/** An answer in its place, with what was really sent for it. */
export interface Asked extends ItemRecord {
  readonly group: PlanGroup;
  readonly sample: number;
  /** As it was sent, with the model's earlier answers in it. */
  readonly messages: readonly Message[];
  /** What a judge was shown as the question. */
  readonly question: string;
}

/**
 * Puts each record in its place, as records come in the order of their items. A later turn needs the answers before it, which
 * stand not far back; they are kept for so long. An answer whose earlier turn is missing is shown with an empty one.
 */
export class Places {
  readonly #plan: Plan;
  readonly #texts = new Map<number, string>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  of(record: ItemRecord): Asked {
    const { item, text } = record.answer;
    const { group, sample } = placeOf(this.#plan, item);
    const at = (index: number): number => index * this.#plan.spec.samples + sample;
    if (group.after.length === 0 && sample === 0) this.#texts.clear();
    this.#texts.set(item, text);
    const earlier = group.after.map((index) => this.#texts.get(at(index)) ?? '');
    const { messages, question } = conversationOf(group, earlier);
    return { ...record, group, sample, messages, question };
  }
}
