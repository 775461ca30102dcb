import type { Device, EngineInfo } from '../engine.ts';
import type { EngineChoice } from '../model.ts';
import type { HardwareReport, MeasuredSpeed } from './types.ts';
import { obstacle, waysOf, type ModelNeeds } from './ways.ts';

/** Where to run by default, and why. */
export interface Recommendation {
  readonly choice: EngineChoice;
  /** Requests at once. */
  readonly batch: number;
  /** One plain sentence for the Run screen. */
  readonly reason: string;
}

/**
 * Requests at once where nothing was measured. On a CPU more gains nothing (measured: 16 sequences are 3% faster than 8); a
 * GPU reads the weights once for all of them, and MLC's libraries change to their matrix kernel above 8.
 */
const BATCH: Readonly<Record<Device, number>> = { cpu: 8, webgpu: 16 };
/** More requests at once are worth their memory only where they bring more than this share. */
const NEARLY = 0.95;
/** Below this a step on the CPU is over before a GPU would have begun: the toy models take under a millisecond. */
export const SMALL_BYTES = 50e6;

/** What was measured of a model on a device that was really used, and whose self-checks did not fail. */
function speedOn(
  { sha256, base }: Pick<ModelNeeds, 'sha256' | 'base'>,
  { engine, device }: EngineChoice,
  measured: readonly MeasuredSpeed[],
): MeasuredSpeed | undefined {
  const here = measured.filter((each) => each.engine === engine && each.device === device);
  const found = here.find((each) => each.sha256 === sha256) ?? here.find((each) => each.sha256 === base);
  if (found?.deviceUsed !== device) return undefined;
  return found.checks.some(({ name, outcome }) => name === 'devices' && outcome === 'failed')
    ? undefined
    : found;
}

/** Tokens per second over all requests, at the batch where it is highest. */
export function bestRate({ speed }: MeasuredSpeed): number {
  return Math.max(0, ...speed.decode.map(({ tokensPerS }) => tokensPerS));
}

/** Requests at once: as measured, the fewest that come near the highest speed. */
export function batchFor(
  model: Pick<ModelNeeds, 'sha256' | 'base'>,
  way: EngineChoice,
  measured: readonly MeasuredSpeed[],
): number {
  const found = speedOn(model, way, measured);
  const enough = found?.speed.decode.find(({ tokensPerS }) => tokensPerS >= NEARLY * bestRate(found));
  return Math.max(1, enough?.batch ?? BATCH[way.device]);
}

/** Decides by measurements where every way was measured. */
function byMeasurement(
  model: ModelNeeds,
  ways: readonly EngineChoice[],
  measured: readonly MeasuredSpeed[],
): Recommendation | undefined {
  const rates = ways.flatMap((way) => {
    const found = speedOn(model, way, measured);
    return found === undefined ? [] : [{ way, rate: bestRate(found) }];
  });
  const [best] = [...rates].sort((a, b) => b.rate - a.rate);
  if (best === undefined || rates.length < ways.length) return undefined;
  const list = rates.map(({ way, rate }) => `${rate.toPrecision(3)} tokens/s on ${nameOf(way.device)}`);
  return {
    choice: best.way,
    batch: batchFor(model, best.way, measured),
    reason: `Measured here for ${model.label}: ${list.join(', ')}.`,
  };
}

function nameOf(device: Device): string {
  return device === 'cpu' ? 'the CPU' : 'the GPU';
}

/** Decides by what is known of devices in general. */
function byRule(
  model: ModelNeeds,
  ways: readonly EngineChoice[],
  report: HardwareReport | undefined,
): { choice: EngineChoice; reason: string } | undefined {
  const cpu = ways.find(({ device }) => device === 'cpu');
  const gpu = ways.find(({ device }) => device === 'webgpu');
  const known = report?.gpu;
  if (gpu !== undefined && cpu === undefined) {
    const slow = known?.software === true ? ', here a software one: expect it to be slow' : '';
    return { choice: gpu, reason: `${model.label} runs on a GPU only${slow}.` };
  }
  if (cpu === undefined) return undefined;
  const onCpu = (why: string): { choice: EngineChoice; reason: string } => ({
    choice: cpu,
    reason: `On the CPU, because ${why}.`,
  });
  if (gpu === undefined) return onCpu(obstacle(model, 'webgpu', report) ?? 'nothing else runs this model');
  if (known === undefined) return onCpu('it is not known yet what the GPU can do');
  if (known.software) return onCpu('the only graphics adapter is a software one');
  if (model.sizeBytes < SMALL_BYTES) return onCpu('a step of so small a model is over before a GPU begins');
  return {
    choice: gpu,
    reason: 'On the GPU, which reads the weights faster; measure this model on the Device screen to be sure.',
  };
}

/**
 * The one place that decides the default engine, device and batch. Measurements beat rules; the largest model decides for
 * all, since it takes most of the time. A way whose GPU gave other numbers than the CPU is never the default. Undefined: no
 * engine can run it here.
 */
export function recommend(
  models: readonly ModelNeeds[],
  engines: readonly EngineInfo[],
  report: HardwareReport | undefined,
  measured: readonly MeasuredSpeed[],
): Recommendation | undefined {
  const [largest] = [...models].sort((a, b) => b.sizeBytes - a.sizeBytes);
  if (largest === undefined) return undefined;
  const ways = waysOf(largest, engines, report).filter((way) => !refuted(largest, way, measured));
  const sure = byMeasurement(largest, ways, measured);
  if (sure !== undefined) return sure;
  const ruled = byRule(largest, ways, report);
  return ruled === undefined ? undefined : { ...ruled, batch: batchFor(largest, ruled.choice, measured) };
}

/** Measured, and found to use another device or to give other numbers. */
function refuted(model: ModelNeeds, way: EngineChoice, measured: readonly MeasuredSpeed[]): boolean {
  const { engine, device } = way;
  const tried = measured.some(
    (each) => each.sha256 === model.sha256 && each.engine === engine && each.device === device,
  );
  return tried && speedOn(model, way, measured) === undefined;
}
