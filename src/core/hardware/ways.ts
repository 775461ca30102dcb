import type { EngineInfo } from '../engine.ts';
import type { EngineChoice, ModelRecord } from '../model.ts';
import type { HardwareReport } from './types.ts';

/** What about a model decides where it can run; of a run of Assay 0.1, which has no kind, it is `gguf`. */
export type ModelNeeds = Pick<ModelRecord, 'sha256' | 'label' | 'sizeBytes' | 'quantisation'> &
  Partial<Pick<ModelRecord, 'kind' | 'cacheWidth' | 'contextTokens' | 'base'>>;

/**
 * Why a model cannot run on a device of this machine, as a part of a sentence; undefined where nothing is known against it.
 * llama.cpp's WebGPU backend needs 16-bit shaders for every model and else computes on the CPU without saying so (measured
 * with wllama 3.8.1); of MLC's libraries those whose name has f16 need them.
 */
export function obstacle(
  model: ModelNeeds,
  device: EngineChoice['device'],
  report: HardwareReport | undefined,
): string | undefined {
  if (device === 'cpu' || report === undefined) return undefined;
  if (report.gpu === undefined) return report.gpuReason ?? 'there is no GPU that the browser can use';
  const needsF16 = (model.kind ?? 'gguf') === 'gguf' || model.quantisation.includes('f16');
  return needsF16 && !report.gpu.shaderF16
    ? 'the GPU has no 16-bit shaders (shader-f16), which this model needs there'
    : undefined;
}

/** Every engine and device that can run a model here, in the order of the engines. Fake engines run nothing. */
export function waysOf(
  model: ModelNeeds,
  engines: readonly EngineInfo[],
  report: HardwareReport | undefined,
): readonly EngineChoice[] {
  return engines
    .filter(({ fake, kinds }) => !fake && kinds.includes(model.kind ?? 'gguf'))
    .flatMap(({ id, devices }) => devices.map((device) => ({ engine: id, device })))
    .filter(({ device }) => obstacle(model, device, report) === undefined);
}

/**
 * Where a model of a run goes: to the engine that the run chose where that reads it, else to the first that does and is not
 * fake; on the chosen device where that engine has it, else on the engine's first. Undefined: nothing reads it.
 */
export function routeOf(
  model: Pick<ModelNeeds, 'kind'>,
  choice: EngineChoice,
  engines: readonly EngineInfo[],
): EngineChoice | undefined {
  const kind = model.kind ?? 'gguf';
  const reading = engines.filter(({ kinds }) => kinds.includes(kind));
  const engine = reading.find(({ id }) => id === choice.engine) ?? reading.find(({ fake }) => !fake);
  const device = engine?.devices.find((each) => each === choice.device) ?? engine?.devices[0];
  return engine === undefined || device === undefined ? undefined : { engine: engine.id, device };
}
