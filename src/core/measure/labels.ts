import type { CallOptions, LoadedModel, Prompt, Scored } from '../engine.ts';
import { AppError } from '../errors.ts';
import { LEAST_MASS } from '../judge/score.ts';
import type { Distribution, LabelReading } from '../judge/types.ts';

/** Tokens read where labels cannot be forced; what lies further down has next to no mass. */
const TOP = 200;

type Judge = Pick<LoadedModel, 'score' | 'nextToken'>;

/** Whether the tokens of `other` begin with all those of `one`. */
function begins(one: Scored, other: Scored): boolean {
  return (
    one !== other &&
    one.tokens.length < other.tokens.length &&
    one.tokens.every(({ id }, at) => other.tokens[at]?.id === id)
  );
}

/** P(label) as the beginning of an answer; a label that goes on to be another one counts as that one only. */
function fromScores(labels: readonly string[], scored: readonly Scored[]): Distribution {
  return labels.map((label, at) => {
    const own = scored[at];
    if (own === undefined) return [label, 0] as const;
    const longer = scored.filter((other) => begins(own, other));
    const rest = longer.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
    return [label, Math.min(1, Math.max(0, Math.exp(own.logprob) - rest))] as const;
  });
}

/** The first token speaks for a label that it begins, where it begins no other one. */
async function fromFirstTokens(
  judge: Judge,
  prompt: Prompt,
  labels: readonly string[],
  options: CallOptions,
): Promise<Distribution> {
  const sums = new Map(labels.map((label) => [label, 0]));
  for (const { token, logprob } of await judge.nextToken(prompt, TOP, options)) {
    const text = token.trim();
    const meant = text === '' ? [] : labels.filter((label) => label.startsWith(text));
    const [label] = meant;
    if (label !== undefined && meant.length === 1)
      sums.set(label, (sums.get(label) ?? 0) + Math.exp(logprob));
  }
  return labels.map((label) => [label, Math.min(1, sums.get(label) ?? 0)] as const);
}

/**
 * What a label judge says: the probability, 0..1, of each label as its answer, in the order of `labels`. They need not sum to 1. One
 * call of the model; where the engine cannot force the labels (`not-scorable`), by their first tokens.
 */
export async function readLabels(
  judge: Judge,
  prompt: Prompt,
  labels: readonly string[],
  options: CallOptions = {},
): Promise<Distribution> {
  try {
    return fromScores(labels, await judge.score(prompt, labels, options));
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-scorable')
      return await fromFirstTokens(judge, prompt, labels, options);
    throw error;
  }
}

/** The likeliest label, where all of them together have the least mass (0.25, as for scores); the mass itself, 0..1. */
export function labelReadingOf(id: string, distribution: Distribution): LabelReading {
  const mass = Math.min(
    1,
    distribution.reduce((sum, [, probability]) => sum + probability, 0),
  );
  const best = distribution.reduce<readonly [string, number] | undefined>(
    (most, each) => (most === undefined || each[1] > most[1] ? each : most),
    undefined,
  );
  return mass < LEAST_MASS || best === undefined ? { id, mass } : { id, label: best[0], mass };
}
