import type { Device } from '../engine.ts';
import type { HardwareReport } from './types.ts';
import type { ModelNeeds } from './ways.ts';

/** What lies beside the weights: the library and its buffers (measured with wllama: 4 to 15%). */
const OVERHEAD = 1.15;
/** Keys and values are 32-bit floats at most. */
const CACHE_BYTES_PER_NUMBER = 4;
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
/** WebAssembly ends there, and each model or series on the CPU has a WebAssembly of its own: an engine gives it fewer requests at once. */
const WASM_BYTES = 4 * 2 ** 30;

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
export function footprint(
  { sizeBytes, cacheWidth, contextTokens: trained, parameters }: ModelSize,
  { batch, contextTokens }: Load,
): Footprint {
  const width = cacheWidth ?? (parameters ?? sizeBytes) / WEIGHTS_PER_CACHE_NUMBER;
  const tokens = Math.min(contextTokens, trained ?? contextTokens);
  const cacheBytes = width * CACHE_BYTES_PER_NUMBER * tokens * batch;
  return { weightsBytes: sizeBytes, cacheBytes, totalBytes: sizeBytes * OVERHEAD + cacheBytes };
}

export type ModelSize = Pick<ModelNeeds, 'sizeBytes' | 'cacheWidth' | 'contextTokens'> & {
  readonly parameters?: number;
};

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
