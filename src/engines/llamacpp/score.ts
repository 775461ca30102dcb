import type { Scored, TokenProb } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { nextToken } from './next-token.ts';
import { finite, logprobOf, writable } from './one-token.ts';
import type { Runtime } from './runtime.ts';
import type { Encode } from './tokenizer.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Answers to a question are nearly always among so many. */
const LIKELY = 200;

interface Scorer {
  readonly runtime: Runtime;
  readonly vocabulary: Vocabulary;
  readonly encode: Encode;
}

/** log P(continuation | prompt) for each, one after the other so that the prompt is computed once. */
export async function score(
  scorer: Scorer,
  prompt: string,
  continuations: readonly string[],
  signal: AbortSignal,
): Promise<readonly Scored[]> {
  const forced = continuations.map((continuation) => tokensOf(scorer, prompt, continuation));
  const single = forced.filter((ids) => ids.length === 1).length;
  const likely = single > 1 ? await nextToken(scorer.runtime, scorer.vocabulary, prompt, LIKELY, signal) : [];
  const scored: Scored[] = [];
  for (const ids of forced) {
    const known = ids.length === 1 ? likely.find(({ id }) => id === ids[0]) : undefined;
    const tokens = known === undefined ? await force(scorer, prompt, ids, signal) : [known];
    scored.push({ logprob: tokens.reduce((sum, { logprob }) => sum + logprob, 0), tokens });
  }
  return scored;
}

/**
 * The continuation's tokens as they stand after the prompt. Where the two together are split across the border, the
 * continuation is split alone: the prompt's tokens are what the model sees.
 */
function tokensOf(
  { vocabulary, encode, runtime }: Scorer,
  prompt: string,
  continuation: string,
): readonly number[] {
  const refuse = (why: string): AppError =>
    new AppError('not-scorable', `${JSON.stringify(continuation)} cannot be scored: ${why}`);
  if (continuation === '') throw refuse('expected a text, got an empty one');
  const head = encode(prompt);
  const whole = encode(prompt + continuation);
  const ids = head.every((id, at) => whole[at] === id) ? whole.slice(head.length) : encode(continuation);
  if (ids.map((id) => vocabulary.text(id)).join('') !== continuation)
    throw refuse('its tokens do not give back its text');
  for (const id of ids) {
    if (vocabulary.isPartial(id)) throw refuse('one of its tokens is half a character');
    if (runtime.endTokens.has(id)) throw refuse('it holds a token that ends an answer');
  }
  return ids;
}

/**
 * A grammar over token numbers admits exactly these tokens; the log-probabilities stay the raw ones (compared with a float64
 * forward pass: 1e-5).
 */
async function force(
  scorer: Scorer,
  prompt: string,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<TokenProb[]> {
  const { runtime, vocabulary } = scorer;
  const body = {
    prompt,
    grammar: `root ::= ${ids.map((id) => `<[${id}]>`).join(' ')}`,
    max_tokens: ids.length,
    temperature: 0,
    samplers: ['temperature'],
    n_probs: 1,
    cache_prompt: true,
  };
  const completion = await writable(() => runtime.complete(body, signal));
  if (completion === undefined) return await stepByStep(scorer, prompt, ids, signal);
  const { entries } = completion;
  if (entries.length !== ids.length || entries.some(({ id }, at) => id !== ids[at])) {
    const got = entries.map(({ id }) => id).join(' ');
    throw new AppError(
      'not-scorable',
      `expected llama.cpp to go through tokens ${ids.join(' ')}, got ${got}`,
    );
  }
  return entries.map(({ id, logprob }) => ({ id, token: vocabulary.text(id), logprob: finite(logprob) }));
}

/** Where the model would rather go on with half a character, which llama.cpp cannot write: a request for each token. */
async function stepByStep(
  { runtime, vocabulary, encode }: Scorer,
  prompt: string,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<TokenProb[]> {
  const head = encode(prompt);
  const tokens: TokenProb[] = [];
  let before = prompt;
  for (const [at, id] of ids.entries()) {
    // llama.cpp takes texts only.
    const seen = encode(before);
    if (
      seen.length !== head.length + at ||
      seen.some((other, i) => other !== (head[i] ?? ids[i - head.length]))
    )
      throw new AppError(
        'not-scorable',
        `expected ${JSON.stringify(before)} to be split before the text that is scored`,
      );
    const token = vocabulary.text(id);
    tokens.push({ id, token, logprob: await logprobOf(runtime, before, id, signal) });
    before += token;
  }
  return tokens;
}
