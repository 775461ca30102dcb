import type { Prompt } from '../engine.ts';
import { scenePrompts } from '../measure/play.ts';
import { withStart } from '../measure/prompts.ts';
import { lettersPrompt } from '../measure/read-choices.ts';
import { conversationOf } from '../measure/turns.ts';
import type { Answer, PlanGroup } from './types.ts';

/**
 * What was really sent for an answer: one prompt, or one for each step of a game. `earlier` holds the texts of the answers to the earlier
 * turns of its conversation, the first first. Options stand in the order in which they were shown.
 */
export function sentFor(
  group: PlanGroup,
  answer: Pick<Answer, 'order' | 'steps'>,
  earlier: readonly string[] = [],
): readonly Prompt[] {
  const { task } = group;
  switch (task.kind) {
    case 'choice':
      if (task.ask === 'letters') {
        const { order = Array.from(task.choices.keys()) } = answer;
        return [lettersPrompt(group, task.choices, order)];
      }
      return [task.answerStart === undefined ? group.prompt : withStart(group.prompt, task.answerStart)];
    case 'game':
      return scenePrompts(group, task.game, answer.steps ?? []);
    case 'number':
    case 'answer':
      return [conversationOf(group, earlier).prompt];
  }
}
