import type { TokenProb } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { InvalidTextError } from './failure.ts';
import type { ReplyEntry } from './reply.ts';
import type { Body, Runtime } from './runtime.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The likeliest next tokens with llama.cpp's raw log-probabilities (log-softmax of the logits, before any sampler).
 *
 * llama.cpp cannot write a list that holds half a character. Then the tokens that are one are left out, and what remains
 * sums to 1 less their share.
 */
export async function nextToken(
  runtime: Runtime,
  vocabulary: Vocabulary,
  prompt: string,
  top: number,
  signal: AbortSignal,
): Promise<readonly TokenProb[]> {
  if (!Number.isInteger(top) || top < 1)
    throw new AppError('invalid-option', `"top" expected a positive integer, got ${top}`);
  const count = Math.min(top, vocabulary.size);
  const body: Body = { prompt, max_tokens: 1, temperature: 0, samplers: ['temperature'], cache_prompt: true };
  if (count <= vocabulary.size - vocabulary.partial.length) {
    try {
      const { entries } = await runtime.complete({ ...body, n_probs: count }, signal);
      return rawList(firstEntry(entries), vocabulary);
    } catch (thrown) {
      if (!(thrown instanceof InvalidTextError)) throw thrown;
    }
  }
  return await withoutPartial(runtime, vocabulary, body, count, signal);
}

function rawList(entry: ReplyEntry, vocabulary: Vocabulary): readonly TokenProb[] {
  return (entry.top_logprobs ?? []).map(({ id, logprob }) => ({
    id,
    token: vocabulary.text(id),
    logprob: finite(logprob),
  }));
}

/**
 * With the half characters forbidden, llama.cpp gives probabilities relative to one another. The raw log-probability of the
 * likeliest of the rest, which it always gives for the token it drew, makes them absolute again.
 */
async function withoutPartial(
  runtime: Runtime,
  vocabulary: Vocabulary,
  body: Body,
  count: number,
  signal: AbortSignal,
): Promise<readonly TokenProb[]> {
  const allowed = { ...body, logit_bias: vocabulary.partial.map((id) => [id, false]) };
  const drawn = firstEntry((await runtime.complete({ ...allowed, n_probs: 1 }, signal)).entries);
  const chain = { ...allowed, temperature: 1, n_probs: count, post_sampling_probs: true };
  const list = firstEntry((await runtime.complete(chain, signal)).entries).top_probs ?? [];
  const anchor = list.find(({ id }) => id === drawn.id)?.prob ?? 0;
  if (anchor === 0)
    throw new AppError(
      'internal',
      'llama.cpp: expected the likeliest token in its list, got a list without it',
    );
  const shift = finite(drawn.logprob) - Math.log(anchor);
  return list.flatMap(({ id, prob }) =>
    typeof prob !== 'number' || prob === 0 || vocabulary.isPartial(id)
      ? []
      : [{ id, token: vocabulary.text(id), logprob: Math.log(prob) + shift }],
  );
}

export function firstEntry(entries: readonly ReplyEntry[]): ReplyEntry {
  const [entry] = entries;
  if (entry === undefined) throw new InvalidTextError('the likeliest next token has no entry');
  return entry;
}

/** llama.cpp writes a log-probability that is not a number as null; then the weights or the arithmetic are broken. */
export function finite(logprob: number | null | undefined): number {
  if (typeof logprob === 'number' && Number.isFinite(logprob)) return logprob;
  throw new AppError(
    'engine-crashed',
    `expected a finite log-probability, got ${String(logprob)}: the model's weights may be damaged`,
  );
}
