import type { Device } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { CACHE_BYTES_PER_NUMBER, OVERHEAD, WASM_BYTES } from '../../core/hardware/memory.ts';

/** How far the states of past prompts may grow before the runtime is started anew. */
export const PROMPT_CACHE_BYTES = 0.5e9;
/** Up to here a model on the GPU is loaded a second time, on the CPU, to compare: 9 s at 18 s per GiB (measured). */
const COMPARED_BYTES = 0.5e9;
/** Below this a step is shorter than waking the threads. */
const SMALL_BYTES = 20e6;

export interface Room {
  readonly batch: number;
  readonly contextTokens: number;
  readonly fileBytes: number;
  /** Numbers per token in the key-value cache. */
  readonly cacheWidth: number;
}

/** llama.cpp rounds a slot's context up to this many tokens without saying so (measured). */
const CONTEXT_STEP = 256;

/** What is asked for, in llama.cpp's steps, and no more than the model was trained with. */
export function fitContext(asked: number, trained: number): number {
  return Math.min(Math.ceil(asked / CONTEXT_STEP) * CONTEXT_STEP, trained);
}

/** How many requests at once have room beside the weights, at most `batch`; AppError `model-unsupported` for none. */
export function fitBatch({ batch, contextTokens, fileBytes, cacheWidth }: Room): number {
  const room = WASM_BYTES - fileBytes * OVERHEAD;
  const slot = cacheWidth * CACHE_BYTES_PER_NUMBER * contextTokens;
  const fitting = slot === 0 ? batch : Math.floor(room / slot);
  if (room > 0 && fitting >= 1) return Math.max(1, Math.min(batch, fitting));
  throw new AppError(
    'model-unsupported',
    `expected the model and its context to fit into ${WASM_BYTES} bytes, got ${Math.round(fileBytes * OVERHEAD + slot)}`,
  );
}

/** llama.cpp's threads spin while they wait: with one per core, other work on the machine slows them tenfold (measured). */
export function threadsFor(fileBytes: number, cores: number): number {
  return fileBytes < SMALL_BYTES ? 1 : Math.max(1, cores - 1);
}

/** Why a model on this device is not compared with the CPU; undefined where it is. */
export function notCompared(device: Device, fileBytes: number): string | undefined {
  if (device === 'cpu') return 'ran on the CPU only';
  if (fileBytes > COMPARED_BYTES)
    return `larger than ${COMPARED_BYTES / 1e6} MB: too slow to load a second time, on the CPU`;
  return undefined;
}
