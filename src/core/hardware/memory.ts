import type { Device } from '../engine.ts';
import type { HardwareReport } from './types.ts';
import type { ModelNeeds } from './ways.ts';

/**
 * Context that one request gets at most: room for a question and an answer. A model trained on less gets what it was trained on.
 */
export const CONTEXT_TOKENS = 4096;
/** What lies beside the weights: the library and its buffers (measured with wllama: 4 to 15%). */
export const OVERHEAD = 1.1;
/** Keys and values are 32-bit floats in llama.cpp as Assay runs it; in MLC's libraries they are of the type that it computes in. */
export const CACHE_BYTES_PER_NUMBER = 4;
const HALF_CACHE_BYTES_PER_NUMBER = 2;
/**
 * A cache of unknown width is taken to be that of a model without grouped heads. Per token it then holds 2 numbers for each of
 * layers x width, and the weights are some 12 x layers x width^2: with width 2048 one number for each 12,000 weights.
 */
const WEIGHTS_PER_CACHE_NUMBER = 12_000;
/** Browsers round what they tell; Firefox and Safari tell nothing. */
const ASSUMED_MEMORY_BYTES = 4 * 2 ** 30;
/** The rest is for the browser, the system and what else is open. */
const USABLE = 0.75;
/**
 * No browser says how much memory a GPU has. Nearly every GPU with 16-bit shaders has this much; a larger buffer that it
 * allows, or a larger model that was measured on it, proves more.
 */
const ASSUMED_GPU_BYTES = 4 * 2 ** 30;
/**
 * What llama.cpp has: WebAssembly ends at 4 GiB, files up to 3.13 GiB loaded and one of 4.13 did not (measured). Each model or series
 * on the CPU has a WebAssembly of its own; an engine gives it fewer requests at once where it would be more.
 */
export const WASM_BYTES = 3.7e9;
/** Browsers tell at most this much memory, whatever there is; newer ones tell more. */
export const MOST_TOLD_BYTES = 8 * 2 ** 30;

export interface Load {
  readonly batch: number;
  readonly contextTokens: number;
}

export interface Footprint {
  readonly weightsBytes: number;
  /** Keys and values of `batch` requests of the whole context each. */
  readonly cacheBytes: number;
  /** With the engine's own buffers. */
  readonly totalBytes: number;
}

/** What a model takes in memory, estimated: its weights, and its context for each request at once. */
export function footprint(model: ModelSize, { batch, contextTokens }: Load): Footprint {
  const { sizeBytes, cacheWidth, contextTokens: trained, parameters } = model;
  const width = cacheWidth ?? (parameters ?? sizeBytes) / WEIGHTS_PER_CACHE_NUMBER;
  const tokens = Math.min(contextTokens, trained ?? contextTokens);
  const cacheBytes = width * cacheBytesPerNumber(model) * tokens * batch;
  return { weightsBytes: sizeBytes, cacheBytes, totalBytes: sizeBytes * OVERHEAD + cacheBytes };
}

export type ModelSize = Pick<ModelNeeds, 'sizeBytes' | 'kind' | 'cacheWidth' | 'contextTokens'> &
  Partial<Pick<ModelNeeds, 'quantisation'>> & { readonly parameters?: number };

function cacheBytesPerNumber({ kind, quantisation }: ModelSize): number {
  const half = kind === 'mlc' && quantisation?.includes('f16') === true;
  return half ? HALF_CACHE_BYTES_PER_NUMBER : CACHE_BYTES_PER_NUMBER;
}

/** What a model takes while it runs one request, as it is told before an import and on the model's card. */
export function memoryOf(model: ModelSize): number {
  return Math.round(footprint(model, { batch: 1, contextTokens: CONTEXT_TOKENS }).totalBytes);
}

/** Whether llama.cpp has room for what `memoryOf` gives. */
export function fitsLlamacpp(memoryBytes: number): boolean {
  return memoryBytes <= WASM_BYTES;
}

/** Bytes that models may take together on each device; `provenGpuBytes` is the largest that is known to have run there. */
export function roomOf(
  report: HardwareReport | undefined,
  provenGpuBytes = 0,
): Readonly<Record<Device, number>> {
  return {
    cpu: (report?.memoryBytes ?? ASSUMED_MEMORY_BYTES) * USABLE,
    webgpu: Math.max(ASSUMED_GPU_BYTES, report?.gpu?.maxBufferBytes ?? 0, provenGpuBytes),
  };
}

/** What a footprint comes to on a device. */
export function takenOn(device: Device, { totalBytes }: Footprint): number {
  return device === 'cpu' ? Math.min(totalBytes, WASM_BYTES) : totalBytes;
}

/** Something to hold in memory at the same time as others. */
export interface Resident {
  readonly device: Device;
  readonly bytes: number;
}

/**
 * Whether everything has room at once, device by device. Where it has not, a run asks first and judges after, which loads
 * nothing twice; so a doubt is decided against.
 */
export function haveRoom(residents: readonly Resident[], room: Readonly<Record<Device, number>>): boolean {
  const on = (device: Device): number =>
    residents.filter((each) => each.device === device).reduce((sum, { bytes }) => sum + bytes, 0);
  return on('cpu') <= room.cpu && on('webgpu') <= room.webgpu;
}
