import type { CallOptions, LoadedModel, Prompt } from '../engine.ts';
import { AppError } from '../errors.ts';
import type { PlanGroup } from '../run/types.ts';
import { Random } from '../random.ts';
import { letterAt, optionsText } from './options.ts';
import { joined, replacedIn, withStart } from './prompts.ts';
import type { Choice, Task } from '../pack/types.ts';

type ChoiceTask = Extract<Task, { kind: 'choice' }>;
type Scorer = Pick<LoadedModel, 'score' | 'nextToken' | 'facts'>;

/** Stored in place of the log of 0, which a file cannot hold. */
const LEAST_LOG = -100_000;

/** What was read of one item. */
export interface ChoiceReading {
  /** log P in nats of each choice, in the order of the pack. */
  readonly choices: readonly number[];
  /** Indices of the choices in the order in which they were shown. */
  readonly order?: readonly number[];
}

/** What an engine did not say is not a probability of 0. */
function stored(logprob: number | undefined): number {
  if (logprob === undefined || Number.isNaN(logprob))
    throw new AppError('not-scorable', `expected a log-probability of each choice, got ${logprob}`);
  return Math.max(LEAST_LOG, logprob);
}

/** Indices 0..count-1 in an order drawn from `seed` (Fisher-Yates). */
export function shuffled(count: number, seed: number): readonly number[] {
  const random = new Random('options', seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random.unit() * (at + 1));
    const [one, two] = [order[at] ?? 0, order[other] ?? 0];
    order[at] = two;
    order[other] = one;
  }
  return order;
}

/** The prompt of a multiple choice with its options in another order than the pack's. */
export function lettersPrompt(
  group: Pick<PlanGroup, 'prompt'>,
  choices: readonly Choice[],
  order: readonly number[],
): Prompt {
  const texts = choices.map(({ text }) => text);
  const shown = order.map((index) => texts[index] ?? '');
  return replacedIn(group.prompt, optionsText(texts), optionsText(shown));
}

/** By the whole distribution of the next token, where letters cannot be forced. */
async function fromNextToken(
  model: Scorer,
  prompt: Prompt,
  letters: readonly string[],
  options: CallOptions,
  cause: AppError,
): Promise<readonly number[]> {
  const tokens = await model.nextToken(prompt, model.facts.vocabulary, options);
  return letters.map((letter) => {
    const found = tokens.find(({ token }) => token === letter);
    if (found === undefined) throw cause;
    return found.logprob;
  });
}

/**
 * log P of each letter as the beginning of the answer. A chat model's answer begins with the letter itself; a raw text goes on after a
 * space, where it does not end with one.
 */
async function readLetters(
  model: Scorer,
  task: ChoiceTask,
  group: Pick<PlanGroup, 'prompt'>,
  seed: number,
  options: CallOptions,
): Promise<ChoiceReading> {
  const { choices } = task;
  const order = shuffled(choices.length, seed);
  const prompt = lettersPrompt(group, choices, order);
  const letters = choices.map((_, at) => joined(prompt, letterAt(at)));
  const logs = await (async (): Promise<readonly number[]> => {
    try {
      return (await model.score(prompt, letters, options)).map(({ logprob }) => logprob);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-scorable')
        return await fromNextToken(model, prompt, letters, options, error);
      throw error;
    }
  })();
  return { choices: choices.map((_, index) => stored(logs[order.indexOf(index)])), order };
}

/** log P of each text as the answer, or as what follows the fixed start of one; summed over its tokens. */
async function readTexts(
  model: Scorer,
  { choices, answerStart }: ChoiceTask,
  group: Pick<PlanGroup, 'prompt'>,
  options: CallOptions,
): Promise<ChoiceReading> {
  const prompt = answerStart === undefined ? group.prompt : withStart(group.prompt, answerStart);
  const texts = choices.map(({ text }) => joined(prompt, text));
  const scored = await model.score(prompt, texts, options);
  return { choices: choices.map((_, at) => stored(scored[at]?.logprob)) };
}

/**
 * Reads what a model holds of each choice; nothing is sampled. `seed` fixes the order of the letters.
 * @throws AppError `not-scorable` where the engine cannot tell, `context-overflow` where the prompt is too long.
 */
export async function readChoices(
  model: Scorer,
  task: ChoiceTask,
  group: Pick<PlanGroup, 'prompt'>,
  seed: number,
  options: CallOptions = {},
): Promise<ChoiceReading> {
  return task.ask === 'letters'
    ? await readLetters(model, task, group, seed, options)
    : await readTexts(model, task, group, options);
}
