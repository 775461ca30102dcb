import type { Engine, EngineInfo } from '../../core/engine.ts';
import { createWorkerEngine } from '../shared/worker-engine.ts';

const INFO: EngineInfo = {
  id: 'llamacpp',
  label: 'llama.cpp (wllama), GGUF files',
  fake: false,
  logprobs: 'full',
  seeded: true,
  devices: ['cpu', 'webgpu'],
  kinds: ['gguf'],
};

export interface LlamaCppOptions {
  /** How long a load may take, in milliseconds. */
  readonly loadTimeoutMs?: (sizeBytes: number) => number;
}

/** Measured: 18 s per GiB on two busy cores, and some seconds for the first compilation of the library. */
function defaultLoadTimeoutMs(sizeBytes: number): number {
  return 120_000 + (sizeBytes / 2 ** 30) * 120_000;
}

/**
 * llama.cpp in WebAssembly, in a worker of its own per model or series.
 *
 * Memory: besides the weights and each request's context, llama.cpp keeps the states of past prompts. renewal.ts bounds
 * that by starting llama.cpp anew now and then, a second for a small model; `unload` gives everything back.
 */
export function createLlamaCpp(options: LlamaCppOptions = {}): Engine {
  return createWorkerEngine({
    info: INFO,
    startWorker: () =>
      new Worker(new URL('../../../workers/llamacpp.ts', import.meta.url), { type: 'module' }),
    loadTimeoutMs: options.loadTimeoutMs ?? defaultLoadTimeoutMs,
    adapters: true,
  });
}
