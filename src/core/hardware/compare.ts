import type { LoadedModel, SelfCheck } from '../engine.ts';
import type { CancelSignal } from '../signal.ts';

/** A short known text: words, numbers and punctuation, so that many parts of the vocabulary take part. */
const PROMPT = 'The patient, aged 62, was given 5 mg at 08:30';
const CONTINUATION = ' and slept well until the next morning.';

/**
 * How far two devices may be apart on one token, in nats. GPUs compute in 16 bits where the CPU uses 32: with 11 bits of
 * mantissa a logit of about 30 is known to about 0.015, and a sum over a hundred layers is a few times worse.
 */
export const DEVICES_TOLERANCE_NATS = 0.1;

/** Log-probabilities of a short known text, token by token. */
export async function knownText(
  model: Pick<LoadedModel, 'score'>,
  signal: CancelSignal | undefined,
): Promise<readonly number[]> {
  const options = signal === undefined ? {} : { signal };
  const [scored] = await model.score({ kind: 'raw', text: PROMPT }, [CONTINUATION], options);
  return scored?.tokens.map(({ logprob }) => logprob) ?? [];
}

/** GPU against CPU on the same file: the largest difference of a token's log-probability. */
export function compareDevices(cpu: readonly number[], gpu: readonly number[]): SelfCheck {
  const tolerance = DEVICES_TOLERANCE_NATS;
  if (cpu.length === 0 || cpu.length !== gpu.length) {
    const note = `expected as many tokens on both devices, got ${cpu.length} on the CPU and ${gpu.length} on the GPU`;
    return { name: 'devices', outcome: 'failed', tolerance, note };
  }
  const difference = Math.max(...cpu.map((logprob, at) => Math.abs(logprob - (gpu[at] ?? NaN))));
  if (difference <= tolerance) return { name: 'devices', outcome: 'passed', difference, tolerance };
  const note = 'the GPU gives other numbers than the CPU; it is not used by default';
  return Number.isFinite(difference)
    ? { name: 'devices', outcome: 'failed', difference, tolerance, note }
    : { name: 'devices', outcome: 'failed', tolerance, note };
}
