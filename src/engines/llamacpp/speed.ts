import type { Speed } from '../../core/engine.ts';
import { BASE } from '../shared/protocol.ts';
import type { Runtime } from './runtime.ts';
import { onVariant, withFields } from './variants.ts';

export interface Probe {
  readonly runtime: Runtime;
  readonly batch: number;
  readonly adapters: number;
  /** A token that can be written alone; it is the one that is drawn. */
  readonly plain: number;
}

const TEXT = 'It was late in the year, and the days were short. '.repeat(2);
/** Every one costs a slow model a step; the clock counts microseconds. */
const TOKENS = 8;
/** What the probe in all slots at once may take; a slower model has no figure for it. */
const LONGEST_MS = 5000;

/** Tokens per second by llama.cpp's own monotonic clock, first alone and then in every slot at once. */
export async function measureSpeed(probe: Probe): Promise<Speed> {
  const [alone] = await draw(probe, 1);
  const prefillTokensPerS = perSecond(alone?.promptTokens ?? 0, alone?.promptMs ?? 0);
  const decode = [{ batch: 1, tokensPerS: perSecond(TOKENS - 1, alone?.decodeMs ?? 0) }];
  const expectedMs = probe.batch * ((alone?.promptMs ?? 0) + (alone?.decodeMs ?? 0));
  if (probe.batch > 1 && expectedMs < LONGEST_MS) {
    const together = await draw(probe, probe.batch);
    const ms = Math.max(...together.map(({ decodeMs }) => decodeMs));
    decode.push({ batch: probe.batch, tokensPerS: perSecond(probe.batch * (TOKENS - 1), ms) });
  }
  return { prefillTokensPerS, decode };
}

/** The first token comes with the prompt; decoding is what comes after it. */
function perSecond(count: number, ms: number): number {
  return (count * 1000) / Math.max(ms, 0.001);
}

interface Drawn {
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly decodeMs: number;
}

function draw({ runtime, adapters, plain }: Probe, requests: number): Promise<readonly Drawn[]> {
  const asked = withFields(onVariant(runtime, adapters, BASE), { cache_prompt: false });
  const body = {
    prompt: TEXT,
    max_tokens: TOKENS,
    temperature: 0,
    samplers: ['temperature'],
    logit_bias: [[plain, 100]],
    ignore_eos: true,
  };
  const { signal } = new AbortController();
  return Promise.all(Array.from({ length: requests }, () => asked.complete(body, signal)));
}
