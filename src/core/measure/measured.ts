import { readingOf } from '../judge/read.ts';
import type { Measured } from '../judge/types.ts';
import { given } from '../pack/given.ts';
import type { Task } from '../pack/types.ts';
import type { Answer } from '../run/types.ts';
import { totalsOf } from './game.ts';

/** No words stand for a score where a model rates something itself. */
const NO_LABELS = { refusal: [], code: [] } as const;

/** What nobody has to judge: follows from the raw answer alone. Undefined for an answer in words. */
export function measuredOf(
  task: Task,
  { choices, number, steps }: Pick<Answer, 'choices' | 'number' | 'steps'>,
): Measured | undefined {
  switch (task.kind) {
    case 'answer':
      return undefined;
    case 'choice':
      return choices === undefined ? undefined : { kind: 'choice', choices };
    case 'number': {
      if (number === undefined) return undefined;
      const { score, mass } = readingOf(number, NO_LABELS);
      return { kind: 'number', mass: Math.min(1, mass), ...given({ score }) };
    }
    case 'game':
      return steps === undefined ? undefined : { kind: 'game', ...totalsOf(task.game, steps) };
  }
}
