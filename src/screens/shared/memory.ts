import { footprint } from '../../core/hardware/memory.ts';
import type { ModelRecord } from '../../core/model.ts';

/** What a run gives one request at most. */
const CONTEXT_TOKENS = 4096;

export interface MemoryEstimate {
  readonly bytes: number;
  readonly contextTokens: number;
}

/** What a model takes while it runs one request; of an adapter's model its base's weights are part of it. */
export function memoryOf(model: ModelRecord, base: ModelRecord | undefined): MemoryEstimate {
  const contextTokens = Math.min(model.contextTokens, CONTEXT_TOKENS);
  const under = base ?? model;
  const { cacheWidth = model.cacheWidth, parameters } = under;
  const sizeBytes = model.sizeBytes + (base?.sizeBytes ?? 0);
  const size = { sizeBytes, parameters, contextTokens, ...(cacheWidth === undefined ? {} : { cacheWidth }) };
  return { bytes: footprint(size, { batch: 1, contextTokens }).totalBytes, contextTokens };
}
