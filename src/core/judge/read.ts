import type { CallOptions, LoadedFacts, LoadedModel, Prompt, TokenProb } from '../engine.ts';
import { AppError } from '../errors.ts';
import { asScore, labelOf, scoreOf } from './score.ts';
import type { Distribution, Rubric, ScaleReading } from './types.ts';

/** `whole`: 0..100 are one token each. `digits`: numbers are spelled, so the digit tree is followed. */
export type NumberSpelling = 'whole' | 'digits';

type Judge = Pick<LoadedModel, 'nextToken' | 'tokenize'> & {
  readonly facts?: Pick<LoadedFacts, 'sharesPrompts'>;
};

/** Tokens read at each step; a trained judge puts nearly all its mass on a few. */
const TOP = 200;

/** A branch of the digit tree below this probability is not followed: an error of at most 0.001 points each. */
const PRUNE = 1e-5;

/**
 * Asks the judge's own tokenizer how it spells the numbers 10..100. Where the engine cannot tell, the digit tree is right
 * for both, at the cost of more calls.
 */
export async function numberSpelling(judge: Pick<LoadedModel, 'tokenize'>): Promise<NumberSpelling> {
  const numbers = Array.from({ length: 91 }, (_, index) => String(index + 10));
  try {
    const tokens = await Promise.all(numbers.map((number) => judge.tokenize(number)));
    return tokens.every((ids) => ids.length === 1) ? 'whole' : 'digits';
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-scorable') return 'digits';
    throw error;
  }
}

function withPrefill(prompt: Prompt, more: string): Prompt {
  if (prompt.kind === 'raw') return { kind: 'raw', text: prompt.text + more };
  return { ...prompt, prefill: (prompt.prefill ?? '') + more };
}

/**
 * Branches below this are not kept: 200 of them move a score by less than 0.002 points, and would make up most of
 * what is stored. Seven digits are kept, and the score is derived from what is kept.
 */
const LEAST_KEPT = 1e-7;

function asDistribution(tokens: readonly TokenProb[]): Distribution {
  return tokens.flatMap(({ token, logprob }) => {
    const probability = Number(Math.exp(logprob).toPrecision(7));
    return probability < LEAST_KEPT ? [] : [[token, probability] as const];
  });
}

/** May more digits follow and still read as 0..100? */
function mayGrow(number: string): boolean {
  return number === '10' || /^[1-9]$/.test(number);
}

/**
 * The probability of each whole number where a tokenizer spells digits: P("57") = P("5") P("7" | "5"), and
 * P("5") = P("5") (1 - P(a digit that goes on | "5")). Texts that are not numbers keep their first-token mass.
 */
async function followDigits(judge: Judge, prompt: Prompt, options: CallOptions): Promise<Distribution> {
  const numbers = new Map<string, number>();
  const others: (readonly [string, number])[] = [];
  const add = (number: string, probability: number): void => {
    numbers.set(number, (numbers.get(number) ?? 0) + probability);
  };
  const walk = async (prefix: string, probability: number): Promise<void> => {
    const next = asDistribution(await judge.nextToken(withPrefill(prompt, prefix), TOP, options));
    const branches = new Map<string, number>();
    for (const [text, p] of next) {
      const digits = prefix === '' ? text.trim() : text;
      const number = prefix + digits;
      const reads = /^\d+$/.test(digits) && asScore(number) !== undefined;
      if (reads) branches.set(number, (branches.get(number) ?? 0) + p);
      else if (prefix === '') others.push([text, p]);
    }
    const going = [...branches.values()].reduce((sum, p) => sum + p, 0);
    if (prefix !== '') add(prefix, probability * Math.max(0, 1 - going));
    const followed = ([number, p]: readonly [string, number]): boolean =>
      mayGrow(number) && probability * p >= PRUNE;
    for (const branch of branches) if (!followed(branch)) add(branch[0], probability * branch[1]);
    await each([...branches].filter(followed), ([number, p]) => walk(number, probability * p));
  };
  // All branches of a digit together, where that is one step for the model.
  const each = judge.facts?.sharesPrompts === true ? atOnce : oneByOne;
  await walk('', 1);
  return [...numbers, ...others].filter(([, p]) => p > 0).sort((a, b) => b[1] - a[1]);
}

async function oneByOne<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (const item of items) await work(item);
}

async function atOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work));
}

/** One scale of one answer: the whole distribution the judge gives, and what follows from it. */
export async function readScale(
  judge: Judge,
  prompt: Prompt,
  spelling: NumberSpelling,
  labels: Rubric['labels'],
  options: CallOptions = {},
): Promise<ScaleReading> {
  const distribution =
    spelling === 'whole'
      ? asDistribution(await judge.nextToken(prompt, TOP, options))
      : await followDigits(judge, prompt, options);
  return readingOf(distribution, labels);
}

/** Derives score, mass and label from a stored distribution, without asking the judge again. */
export function readingOf(distribution: Distribution, labels: Rubric['labels']): ScaleReading {
  const { score, mass } = scoreOf(distribution);
  if (score !== undefined) return { score, mass, distribution };
  const label = labelOf(distribution, labels);
  return label === undefined ? { mass, distribution } : { mass, label, distribution };
}
