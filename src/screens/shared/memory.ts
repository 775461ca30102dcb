import type { ModelRecord } from '../../core/model.ts';

/** The key-value cache is kept in 32-bit numbers, so that log-probabilities are exact (src/engines/llamacpp/plan.ts). */
const CACHE_BYTES_PER_NUMBER = 4;
/** What a run asks for at most, for one request. */
const CONTEXT_TOKENS = 4096;

export interface MemoryEstimate {
  readonly bytes: number;
  readonly contextTokens: number;
}

/** What a model takes while it runs one request: its weights, its base's, and the cache of the context. */
export function memoryOf(model: ModelRecord, base: ModelRecord | undefined): MemoryEstimate {
  const contextTokens = Math.min(model.contextTokens, CONTEXT_TOKENS);
  const width = model.cacheWidth ?? base?.cacheWidth ?? 0;
  const bytes = model.sizeBytes + (base?.sizeBytes ?? 0) + width * contextTokens * CACHE_BYTES_PER_NUMBER;
  return { bytes, contextTokens };
}
