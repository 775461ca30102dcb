import { Template } from '@huggingface/jinja';
import type { Prompt } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { fixedDate } from './fixed-date.ts';

export interface ChatTokens {
  readonly bos: string;
  readonly eos: string;
}

export type Render = (prompt: Prompt) => string;

/**
 * Puts chat messages through the model's own Jinja template, with the answer's start appended. A model without a template
 * gets plain lines, `role: content`, and `assistant:` last.
 */
export function createRenderer(template: string | undefined, { bos, eos }: ChatTokens): Render {
  // The library's own `strftime_now` cannot be replaced, so templates find ours under another name.
  const source = template?.replaceAll('strftime_now', 'fixed_date');
  const compiled = source === undefined ? undefined : guard(() => new Template(source));
  return (prompt) => {
    if (prompt.kind === 'raw') return prompt.text;
    const messages = prompt.messages.map(({ role, content }) => ({ role, content }));
    const head =
      compiled === undefined
        ? messages.map(({ role, content }) => `${role}: ${content}\n`).join('') + 'assistant:'
        : guard(() =>
            compiled.render({
              messages,
              add_generation_prompt: true,
              bos_token: bos,
              eos_token: eos,
              fixed_date: fixedDate,
            }),
          );
    return head + (prompt.prefill ?? '');
  };
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('model-unsupported', `the model's chat template refused: ${reason}`, {
      cause: thrown,
    });
  }
}
