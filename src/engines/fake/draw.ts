import type { Sample, SampleRequest } from '../../core/engine.ts';
import { mix, unit, type Net } from './net.ts';
import { END, type Vocabulary } from './vocabulary.ts';

/** One sample of the fake net: a pure function of its arguments. */
export function draw(
  net: Net,
  vocabulary: Vocabulary,
  request: SampleRequest,
  seed: number,
  contextTokens: number,
): Sample {
  const prompt = net.render(request.prompt);
  const promptTokens = vocabulary.encode(prompt).length;
  const limit = Math.min(request.maxTokens, contextTokens - promptTokens);
  let text = '';
  for (let tokens = 1; tokens <= limit; tokens++) {
    const id = pick(net.next(prompt + text), request, unit(mix(seed ^ Math.imul(tokens, 0x9e3779b1))));
    if (id === END) return { seed, text, promptTokens, tokens, finish: 'stop' };
    text += vocabulary.tokens[id] ?? '';
    const stops = request.stop.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (stops.length > 0)
      return { seed, text: text.slice(0, Math.min(...stops)), promptTokens, tokens, finish: 'stop' };
  }
  return { seed, text, promptTokens, tokens: Math.max(0, limit), finish: 'length' };
}

/** Temperature, then the smallest set of likeliest tokens with a share of at least `topP`. */
function pick(logprobs: Float64Array, { temperature, topP }: SampleRequest, u: number): number {
  const order = Array.from(logprobs.keys()).sort((a, b) => (logprobs[b] ?? 0) - (logprobs[a] ?? 0));
  const best = order[0] ?? END;
  if (temperature === 0) return best;
  const weights = order.map((id) => Math.exp(((logprobs[id] ?? 0) - (logprobs[best] ?? 0)) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  let kept = 0;
  let count = 0;
  while (count < order.length && (count === 0 || kept < topP * total)) kept += weights[count++] ?? 0;
  let left = u * kept;
  for (let i = 0; i < count; i++) {
    left -= weights[i] ?? 0;
    if (left < 0) return order[i] ?? END;
  }
  return order[count - 1] ?? END;
}
