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

interface Spelling {
  readonly text: string;
  readonly label: string;
}

/**
 * Other ways to write the labels: in capitals, in small letters and as a word at the beginning of a sentence. None where two labels differ in
 * nothing else.
 */
export function otherSpellings(labels: readonly string[]): readonly Spelling[] {
  const lower = labels.map((label) => label.toLowerCase());
  return labels.flatMap((label, at) => {
    const small = label.toLowerCase();
    if (lower.some((other, index) => index !== at && other === small)) return [];
    const ways = new Set([label.toUpperCase(), small, small.slice(0, 1).toUpperCase() + small.slice(1)]);
    ways.delete(label);
    return [...ways].map((text) => ({ text, label }));
  });
}

/** Whether all that the labels leave, however it were shared out, would change neither the likeliest label nor whether there is one. */
function settled(distribution: Distribution): boolean {
  const [first = 0, second = 0] = distribution.map(([, probability]) => probability).sort((a, b) => b - a);
  const mass = distribution.reduce((sum, [, probability]) => sum + probability, 0);
  return mass >= LEAST_MASS && first - second > 1 - mass;
}

/** The labels, and where that can matter their other spellings, too: "True" says the same as "TRUE". */
async function forced(
  judge: Judge,
  prompt: Prompt,
  labels: readonly string[],
  options: CallOptions,
): Promise<Distribution> {
  const own = await judge.score(prompt, labels, options);
  const plain = fromScores(labels, own);
  const others = otherSpellings(labels);
  if (others.length === 0 || settled(plain)) return plain;
  const more = await judge.score(
    prompt,
    others.map(({ text }) => text),
    options,
  );
  const meant = [...labels, ...others.map(({ label }) => label)];
  const all = fromScores(meant, [...own, ...more]);
  return labels.map((label) => {
    const of = all.filter(([each]) => each === label);
    return [
      label,
      Math.min(
        1,
        of.reduce((sum, [, probability]) => sum + probability, 0),
      ),
    ] as const;
  });
}

/** The first token speaks for a label that it begins, in whatever case, where it begins no other one. */
async function fromFirstTokens(
  judge: Judge,
  prompt: Prompt,
  labels: readonly string[],
  options: CallOptions,
): Promise<Distribution> {
  const sums = new Map(labels.map((label) => [label, 0]));
  for (const { token, logprob } of await judge.nextToken(prompt, TOP, options)) {
    const text = token.trim();
    const exact = labels.filter((label) => label.startsWith(text));
    const loose = labels.filter((label) => label.toLowerCase().startsWith(text.toLowerCase()));
    const meant = text === '' ? [] : exact.length > 0 ? exact : loose;
    const [label] = meant;
    if (label !== undefined && meant.length === 1)
      sums.set(label, (sums.get(label) ?? 0) + Math.exp(logprob));
  }
  return labels.map((label) => [label, Math.min(1, sums.get(label) ?? 0)] as const);
}

/**
 * What a label judge says: the probability, 0..1, of each label as its answer, in whatever case, in the order of `labels`. They need not sum
 * to 1. Other cases are looked at only where they can change which label is the likeliest. Where the engine cannot force the labels
 * (`not-scorable`), their first tokens are read.
 */
export async function readLabels(
  judge: Judge,
  prompt: Prompt,
  labels: readonly string[],
  options: CallOptions = {},
): Promise<Distribution> {
  try {
    return await forced(judge, prompt, labels, options);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-scorable')
      return await fromFirstTokens(judge, prompt, labels, options);
    throw error;
  }
}

/**
 * The likeliest label, where all of them together have the least mass (0.25, as for scores); the mass itself, 0..1. Two that are equally
 * likely are no label: the order of a list decides nothing.
 */
export function labelReadingOf(id: string, distribution: Distribution): LabelReading {
  const mass = Math.min(
    1,
    distribution.reduce((sum, [, probability]) => sum + probability, 0),
  );
  const most = Math.max(...distribution.map(([, probability]) => probability));
  const [best, ...equals] = distribution.filter(([, probability]) => probability === most);
  const none = mass < LEAST_MASS || best === undefined || equals.length > 0;
  return none ? { id, mass } : { id, label: best[0], mass };
}
