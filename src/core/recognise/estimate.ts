/** Context for which memory is told. */
const CONTEXT_TOKENS = 4096;
/** llama.cpp's key-value cache is kept in 32-bit floats. */
export const GGUF_CACHE_BYTES = 4;
/** WebAssembly ends at 4 GiB: what llama.cpp can load, with its own buffers (measured). */
export const LLAMACPP_BYTES = 3.7e9;

export interface Load {
  readonly weightBytes: number;
  /** Numbers per token in the key-value cache; undefined where unknown. */
  readonly cacheWidth?: number;
  readonly contextTokens?: number;
  readonly bytesPerNumber: number;
}

/** Memory of weights and of one context of at most 4096 tokens. */
export function memoryOf({
  weightBytes,
  cacheWidth = 0,
  contextTokens = CONTEXT_TOKENS,
  bytesPerNumber,
}: Load): number {
  return Math.round(weightBytes + cacheWidth * Math.min(contextTokens, CONTEXT_TOKENS) * bytesPerNumber);
}

/** Whether llama.cpp has room for it in WebAssembly. */
export function fitsLlamacpp(memoryBytes: number): boolean {
  return memoryBytes <= LLAMACPP_BYTES;
}

export const TOO_LARGE = `It needs more than the ${LLAMACPP_BYTES / 1e9} GB of memory that llama.cpp has in a browser.`;
export const NO_TEMPLATE = 'It has no chat template: it can be asked raw texts only.';
