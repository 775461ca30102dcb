import type { Choice } from '../device-model.ts';

/** Log-softmax of a row in 64-bit floats; all undefined where a logit is no number. */
export function logSoftmax(logits: Float32Array): readonly (number | undefined)[] {
  const top = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - top), 0);
  const shift = top + Math.log(sum);
  if (!Number.isFinite(shift)) return Array.from(logits, () => undefined);
  return Array.from(logits, (logit) => logit - shift);
}

/** All tokens, likeliest first, of equals the lower number first. */
export function byLikelihood(logprobs: readonly (number | undefined)[]): readonly Choice[] {
  return logprobs
    .map((logprob, id) => ({ id, logprob }))
    .sort((a, b) => (a.logprob === b.logprob ? a.id - b.id : (b.logprob ?? 0) - (a.logprob ?? 0)));
}
