import type { Message, Prompt } from '../engine.ts';
import { transcript } from '../pack/render.ts';
import type { PlanGroup } from '../run/types.ts';

/** What is really sent in one turn of a conversation. */
export interface Turn {
  readonly prompt: Prompt;
  readonly messages: readonly Message[];
  /** What a judge is shown as the question: of a later turn everything that was said before the answer. */
  readonly question: string;
}

/**
 * A group's prompt with the model's own answers to the earlier turns in it, first turn first; the group itself for a first
 * turn. `earlier` has one answer for each of `group.after`.
 */
export function conversationOf(
  group: Pick<PlanGroup, 'prompt' | 'messages' | 'question' | 'followUps'>,
  earlier: readonly string[],
): Turn {
  const { prompt, messages, question, followUps } = group;
  if (followUps.length === 0) return { prompt, messages, question };
  const said = followUps.flatMap((followUp, turn): readonly Message[] => [
    { role: 'assistant', content: earlier[turn] ?? '' },
    { role: 'user', content: followUp },
  ]);
  const all = [...messages, ...said];
  // Of a probe with several turns of its own the question is a conversation already.
  const isOne = messages.at(-1)?.content.endsWith(question) === true;
  const begun = isOne ? transcript([{ role: 'user', content: question }]) : question;
  const spoken = [begun, transcript(said)].join('\n\n');
  if (prompt.kind === 'raw') {
    const text = [prompt.text + (earlier[0] ?? ''), ...said.slice(1).map(({ content }) => content)].join(
      '\n\n',
    );
    return { prompt: { kind: 'raw', text }, messages: [{ role: 'user', content: text }], question: spoken };
  }
  return { prompt: { ...prompt, messages: all }, messages: all, question: spoken };
}
