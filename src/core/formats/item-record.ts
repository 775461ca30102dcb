import type { JudgeRecord, Verdict } from '../judge/types.ts';
import type { Message, Prompt } from '../engine.ts';
import { conversationOf } from '../measure/turns.ts';
import { placeOf } from '../run/plan.ts';
import { sentFor } from '../run/sent.ts';
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

function messagesOf(prompt: Prompt): readonly Message[] {
  return prompt.kind === 'raw' ? [{ role: 'user', content: prompt.text }] : prompt.messages;
}

/** Of a shuffled list the question as it was shown; else what a judge was shown. */
function questionOf(group: PlanGroup, earlier: readonly string[], messages: readonly Message[]): string {
  const shuffled = group.task.kind === 'choice' && group.task.ask === 'letters';
  return (shuffled ? messages.at(-1)?.content : undefined) ?? conversationOf(group, earlier).question;
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
    const messages = messagesOf(sentFor(group, record.answer, earlier)[0] ?? group.prompt);
    return { ...record, group, sample, messages, question: questionOf(group, earlier, messages) };
  }
}
