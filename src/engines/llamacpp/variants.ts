import { BASE, type Variant } from '../shared/protocol.ts';
import type { Runtime } from './runtime.ts';

/** The same runtime with some fields of every request set. */
export function withFields(runtime: Runtime, fields: Readonly<Record<string, unknown>>): Runtime {
  return {
    ...runtime,
    complete: (body, signal) => runtime.complete({ ...body, ...fields }, signal),
    stream: (body, signal) => runtime.stream({ ...body, ...fields }, signal),
  };
}

/**
 * The runtime with one of its adapters on, or none for BASE.
 *
 * llama.cpp's cache of past prompts does not know with which adapter they were computed, and gives the state of one to a
 * request of another (ggml-org/llama.cpp issue 26207; log-probabilities were off by up to 0.37, measured). So a runtime with
 * adapters computes every prompt anew, which took twice the time for eight samples of each prompt of a toy model.
 */
export function onVariant(runtime: Runtime, adapters: number, variant: Variant): Runtime {
  if (adapters === 0) return runtime;
  const lora = Array.from({ length: adapters }, (_, id) => ({
    id,
    scale: variant !== BASE && id === variant ? 1 : 0,
  }));
  return withFields(runtime, { lora, cache_prompt: false });
}
