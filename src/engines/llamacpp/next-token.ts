import type { TokenProb } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { finite, firstEntry, logprobOf, noNumber, writable } from './one-token.ts';
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
    const list = await writable(async () => {
      const { entries } = await runtime.complete({ ...body, n_probs: count }, signal);
      return rawList(firstEntry(entries), vocabulary);
    });
    if (list !== undefined) return list;
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
 * likeliest of the rest makes them absolute again.
 */
async function withoutPartial(
  runtime: Runtime,
  vocabulary: Vocabulary,
  body: Body,
  count: number,
  signal: AbortSignal,
): Promise<readonly TokenProb[]> {
  const forbidden = vocabulary.partial.map((id) => [id, false]);
  const chain = { temperature: 1, n_probs: count, post_sampling_probs: true, logit_bias: forbidden };
  const { entries } = await runtime.complete({ ...body, ...chain }, signal);
  const list = (firstEntry(entries).top_probs ?? []).flatMap(({ id, prob }) =>
    typeof prob !== 'number' || prob === 0 || vocabulary.isPartial(id) ? [] : [{ id, prob }],
  );
  const [likeliest] = list;
  if (likeliest === undefined) throw noNumber(undefined);
  const shift = (await logprobOf(runtime, body.prompt, likeliest.id, signal)) - Math.log(likeliest.prob);
  return list.map(({ id, prob }) => ({ id, token: vocabulary.text(id), logprob: Math.log(prob) + shift }));
}
