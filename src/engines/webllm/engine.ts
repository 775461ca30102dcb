import type { Engine, EngineInfo } from '../../core/engine.ts';
import { createWorkerEngine } from '../shared/worker-engine.ts';

const INFO: EngineInfo = {
  id: 'webllm',
  label: 'WebLLM, MLC models on the GPU',
  fake: false,
  logprobs: 'full',
  seeded: true,
  devices: ['webgpu'],
  kinds: ['mlc'],
};

export interface WebLlmOptions {
  /** How long a load may take, in milliseconds. */
  readonly loadTimeoutMs?: (sizeBytes: number) => number;
  readonly startWorker?: () => Worker;
}

/**
 * A GPU of software took half a minute to compile the shaders of a model of 0.5B and some minutes for the self-check, in which every
 * pass takes two (measured); a real one some seconds for both.
 */
function defaultLoadTimeoutMs(sizeBytes: number): number {
  return 1_200_000 + (sizeBytes / 2 ** 30) * 600_000;
}

/** Models in MLC's format on WebGPU, in a worker of its own each. Unloading ends the worker, and the GPU's memory with it. */
export function createWebLlm(options: WebLlmOptions = {}): Engine {
  return createWorkerEngine({
    info: INFO,
    startWorker:
      options.startWorker ??
      (() => new Worker(new URL('../../../workers/webllm.ts', import.meta.url), { type: 'module' })),
    loadTimeoutMs: options.loadTimeoutMs ?? defaultLoadTimeoutMs,
    adapters: false,
  });
}
