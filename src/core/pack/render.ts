import { AppError } from '../errors.ts';
import type { Message, Prompt } from '../engine.ts';
import { sceneOf, sceneText } from '../measure/game.ts';
import { optionsText } from '../measure/options.ts';
import type { Format, Pack, Probe } from './types.ts';

export interface Rendered {
  readonly prompt: Prompt;
  /** The messages as they go to the chat template; for a raw format one user message with the whole text. */
  readonly messages: readonly Message[];
  /** What the judge is shown as the question. */
  readonly question: string;
}

/** Puts values in at `{name}` in one pass, so that a value that contains `{...}` stays as it is. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

function systemMessage(probe: Probe, format: Format): readonly Message[] {
  const texts = [probe.system, format.system].filter((text) => text !== undefined);
  return texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }];
}

/** A conversation as one text, for a judge. */
export function transcript(turns: readonly Message[]): string {
  return turns.map((turn) => `${turn.role}: ${turn.content}`).join('\n\n');
}

/** What is asked: a multiple choice with its options in the order of the pack, a game from its first scene. */
function questionText({ task }: Probe, content: string): string {
  if (task.kind === 'choice' && task.ask === 'letters')
    return `${content}\n\n${optionsText(task.choices.map(({ text }) => text))}`;
  const start = task.kind === 'game' ? sceneOf(task.game, task.game.start) : undefined;
  return task.kind === 'game' && start !== undefined ? sceneText(task.game, start, []) : content;
}

/**
 * One wording of a probe in one format, exactly as it is sent.
 * @throws AppError `not-found` when the probe has no such wording.
 */
export function renderPrompt(_pack: Pack, probe: Probe, wording: number, format: Format): Rendered {
  const turns = probe.wordings[wording];
  const last = turns?.at(-1);
  if (turns === undefined || last === undefined) {
    throw new AppError('not-found', `probe ${probe.id} has no wording ${wording}`);
  }
  const asked: Message = {
    role: 'user',
    content: fill(format.template, { question: questionText(probe, last.content) }),
  };
  const earlier = [...probe.context, ...turns.slice(0, -1)];
  const messages = [...systemMessage(probe, format), ...earlier, asked];
  const question = turns.length === 1 ? asked.content : transcript([...turns.slice(0, -1), asked]);
  if (format.raw !== true) return { prompt: { kind: 'chat', messages }, messages, question };
  const text = messages.map((message) => message.content).join('\n\n');
  return { prompt: { kind: 'raw', text }, messages: [{ role: 'user', content: text }], question };
}
