import { AppError } from '../../core/errors.ts';
import { InvalidTextError } from './failure.ts';
import type { ReplyEntry } from './reply.ts';
import type { Body, Runtime } from './runtime.ts';

/** Nats by which the token is raised from one request to the next while the right height is looked for. */
const STEP = 6;
/** A token that is less likely than another by more than this cannot be measured; logits of models lie within 50. */
const MOST = 120;
/** Log-odds of 0.82: it is surely the likeliest then, mostly drawn, and a float's 24 bits tell its odds to 1e-6. */
const MEASURED_AT = 1.5;
/** A float of more than that is 1. */
const HIGHEST = 16;
const DRAWS = 30;
/** Makes a token the one that is drawn, whatever the logits. */
const CERTAIN = 1000;

/** The raw log-probability of one token that is a whole character, in nats. Rejects with `engine-crashed` where it is none. */
export async function logprobOf(
  runtime: Runtime,
  prompt: string,
  id: number,
  signal: AbortSignal,
): Promise<number> {
  const body: Body = { prompt, max_tokens: 1, samplers: ['temperature'], cache_prompt: true };
  const drawn = { ...body, temperature: 0, n_probs: 1, logit_bias: [[id, CERTAIN]] };
  const completion = await writable(() => runtime.complete(drawn, signal));
  const entry = completion?.entries[0];
  if (entry?.id === id) return finite(entry.logprob);
  const raised = { ...body, temperature: 1, n_probs: 1, post_sampling_probs: true };
  return await byRaising({ runtime, body: raised, id, signal });
}

interface Asked {
  readonly runtime: Runtime;
  readonly body: Body;
  readonly id: number;
  readonly signal: AbortSignal;
}

/**
 * llama.cpp lists the likeliest token beside the one that is drawn, and cannot where either is half a character. So the token
 * is raised until it is the likeliest itself, and then to where its probability is measured best. Raised by b nats, a token of
 * probability q has p = e^b q / (1 - q + e^b q): its log-odds are those of p less b.
 */
async function byRaising(asked: Asked): Promise<number> {
  const found = await firstOf(MOST / STEP, async (at) => {
    const height = (at + 1) * STEP;
    const odds = await oddsOf(asked, height, 1);
    return odds === undefined ? undefined : height - Math.min(odds, HIGHEST);
  });
  if (found === undefined) throw unmeasured(asked);
  const height = found + MEASURED_AT;
  const measured = await firstOf(DRAWS, (at) => oddsOf(asked, height, at + 1));
  if (measured === undefined) throw unmeasured(asked);
  const odds = measured - height;
  return finite(odds - Math.log1p(Math.exp(odds)));
}

/** The log-odds of the token where it is raised so far; undefined where llama.cpp cannot write them. */
async function oddsOf(
  { runtime, body, id, signal }: Asked,
  height: number,
  seed: number,
): Promise<number | undefined> {
  const raised = { ...body, seed, logit_bias: [[id, height]] };
  const completion = await writable(() => runtime.complete(raised, signal));
  const top = completion?.entries[0]?.top_probs?.[0];
  if (top?.id !== id || typeof top.prob !== 'number') return undefined;
  return Math.log(top.prob / (1 - top.prob));
}

async function firstOf(
  tries: number,
  attempt: (at: number) => Promise<number | undefined>,
): Promise<number | undefined> {
  for (let at = 0; at < tries; at++) {
    const found = await attempt(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unmeasured({ id }: Asked): AppError {
  return new AppError(
    'engine-crashed',
    `expected a finite log-probability of token ${id}, got one that cannot be measured`,
  );
}

/** Undefined where llama.cpp cannot write the reply, for a token in it is half a character. */
export async function writable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof InvalidTextError) return undefined;
    throw thrown;
  }
}

export function firstEntry(entries: readonly ReplyEntry[]): ReplyEntry {
  const [entry] = entries;
  if (entry === undefined) throw new InvalidTextError('the likeliest next token has no entry');
  return entry;
}

export function finite(logprob: number | null | undefined): number {
  if (typeof logprob === 'number' && Number.isFinite(logprob)) return logprob;
  throw noNumber(logprob);
}

/** llama.cpp writes a log-probability that is not a number as null; then the weights or the arithmetic are broken. */
export function noNumber(got: number | null | undefined): AppError {
  return new AppError(
    'engine-crashed',
    `expected a finite log-probability, got ${String(got)}: the model's weights may be damaged`,
  );
}
