import { aborted, AppError, toAppError } from '../core/errors.ts';
import type { LoadedModel } from '../core/engine.ts';
import { compareDevices, knownText } from '../core/hardware/compare.ts';
import type { MeasuredSpeed } from '../core/hardware/types.ts';
import type { EngineChoice } from '../core/model.ts';
import type { EnginePool, Named } from './engines.ts';

/** Requests that a measurement has room for; an engine measures smaller batches as well, and gives fewer where they do not fit. */
const LARGEST_BATCH = 16;

export interface Measurement {
  readonly model: Named;
  readonly ways: readonly EngineChoice[];
  readonly pool: Pick<EnginePool, 'load'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onFraction: (fraction: number) => void;
}

export interface Measured {
  readonly speeds: readonly MeasuredSpeed[];
  /** Of the last way that failed; the others are measured all the same. */
  readonly failure?: AppError;
}

/** One way with what it says of the known text; undefined where the model cannot score it. */
interface Tried {
  readonly speed: MeasuredSpeed;
  readonly logprobs: readonly number[] | undefined;
}

/** Loads a model in one way after the other, takes what the engine measured as it loaded, and compares the devices. */
export async function measureWays(measurement: Measurement): Promise<Measured> {
  const { ways, signal, onFraction } = measurement;
  const tried: Tried[] = [];
  let failure: AppError | undefined;
  for (const [index, way] of ways.entries()) {
    onFraction(index / ways.length);
    try {
      tried.push(await measureOne(measurement, way));
    } catch (thrown) {
      if (signal.aborted) throw aborted();
      const { code, message } = toAppError(thrown);
      failure = new AppError(code, `${way.engine} on ${way.device}: ${message}`, { cause: thrown });
    }
  }
  const speeds = tried.map((each) => withComparison(each, tried));
  return failure === undefined ? { speeds } : { speeds, failure };
}

async function measureOne({ model, pool, now, signal }: Measurement, way: EngineChoice): Promise<Tried> {
  const startedAt = now();
  const [loaded] = await pool.load(way, [model], { batch: LARGEST_BATCH, signal });
  if (loaded === undefined) throw new AppError('internal', 'expected one loaded model, got none');
  try {
    const loadMs = now() - startedAt;
    const { speed, checks = [], deviceUsed } = loaded.facts;
    if (speed === undefined)
      throw new AppError('internal', 'expected the engine to measure its speed, got none');
    const { sha256 } = model;
    return {
      speed: { sha256, ...way, deviceUsed, speed, checks, loadMs, measuredAt: now() },
      logprobs: await scored(loaded, signal),
    };
  } finally {
    await loaded.unload();
  }
}

/** Some tokenizers cannot force a text token by token; then there is nothing to compare. */
async function scored(loaded: LoadedModel, signal: AbortSignal): Promise<readonly number[] | undefined> {
  try {
    return await knownText(loaded, signal);
  } catch (thrown) {
    if (toAppError(thrown).code === 'not-scorable') return undefined;
    throw thrown;
  }
}

/** Adds GPU against CPU to what ran on the GPU, where the same engine read the same file on both. */
function withComparison(gpu: Tried, tried: readonly Tried[]): MeasuredSpeed {
  const { speed, logprobs } = gpu;
  const cpu = tried.find((other) => other.speed.engine === speed.engine && other.speed.deviceUsed === 'cpu');
  if (speed.deviceUsed !== 'webgpu' || cpu?.logprobs === undefined || logprobs === undefined) return speed;
  const others = speed.checks.filter(({ name }) => name !== 'devices');
  return { ...speed, checks: [...others, compareDevices(cpu.logprobs, logprobs)] };
}
