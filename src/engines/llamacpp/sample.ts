import type { Sample, SampleRequest } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { InvalidTextError } from './failure.ts';
import type { Completion } from './reply.ts';
import type { Body, Runtime } from './runtime.ts';

/** llama.cpp takes this seed for "choose one yourself". */
const RANDOM_SEED = 0xffffffff;

/**
 * Draws one sample per seed, one after the other: the first request leaves the prompt in the slot's cache, so the others
 * compute one token of it (measured). Several calls at once run in slots side by side.
 */
export async function drawSamples(
  runtime: Runtime,
  prompt: string,
  request: SampleRequest,
  signal: AbortSignal,
  onSample: (index: number, sample: Sample) => void,
): Promise<readonly Sample[]> {
  if (!Number.isInteger(request.maxTokens) || request.maxTokens < 1) {
    throw new AppError('invalid-option', `"maxTokens" expected a positive integer, got ${request.maxTokens}`);
  }
  const samples: Sample[] = [];
  for (const [index, seed] of request.seeds.entries()) {
    const { text, finish, promptTokens, tokens } = await draw(runtime, toBody(prompt, request, seed), signal);
    const sample: Sample = { seed, text, promptTokens, tokens, finish };
    samples.push(sample);
    onSample(index, sample);
  }
  return samples;
}

/** A stream takes one decoding step per token and request instead of one for all; so it is the second choice only. */
async function draw(runtime: Runtime, body: Body, signal: AbortSignal): Promise<Completion> {
  try {
    return await runtime.complete(body, signal);
  } catch (thrown) {
    if (!(thrown instanceof InvalidTextError)) throw thrown;
    return await runtime.stream(body, signal);
  }
}

/** Named samplers only, in this order: temperature, then top-p of what it left, as Hugging Face and vLLM do. */
function toBody(prompt: string, { temperature, topP, maxTokens, stop }: SampleRequest, seed: number): Body {
  return {
    prompt,
    seed: seed === RANDOM_SEED ? seed - 1 : seed,
    temperature,
    top_p: topP,
    samplers: topP < 1 ? ['temperature', 'top_p'] : ['temperature'],
    max_tokens: maxTokens,
    stop,
    cache_prompt: true,
  };
}
