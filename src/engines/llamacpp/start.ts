import type { Device, SelfCheck } from '../../core/engine.ts';
import { AppError, toAppError } from '../../core/errors.ts';
import type { Runtime } from './runtime.ts';

/** What a fall-back can change. */
export interface Way {
  readonly device: Device;
  readonly batch: number;
}

export interface Started extends Way {
  readonly runtime: Runtime;
  readonly checks: readonly SelfCheck[];
}

export interface Starting {
  readonly start: (way: Way) => Promise<Runtime>;
  readonly check: (runtime: Runtime, batch: number) => Promise<readonly SelfCheck[]>;
}

/**
 * Starts a model and checks it. A check that failed is answered by a way that does not need it, which is checked in turn:
 * one request at a time for `batch`, the CPU for what a GPU got wrong. Where there is none it rejects with `engine-crashed`.
 */
export async function startChecked(starting: Starting, way: Way): Promise<Started> {
  const runtime = await starting.start(way);
  const used = { device: runtime.device, batch: way.batch };
  const checks = await checked(starting, runtime, used);
  // A tokenizer that counts otherwise is not used (model.ts); nothing else rests on it.
  const failed = checks.find(({ name, outcome }) => outcome === 'failed' && name !== 'tokenizer');
  if (failed === undefined) return { ...used, runtime, checks };
  runtime.close();
  const fallBack = fallBackOf(failed, used);
  if (fallBack === undefined) throw refused(failed);
  const other = await startChecked(starting, fallBack.way);
  const note = [failed.note, fallBack.note].filter((part) => part !== undefined).join('; ');
  return {
    ...other,
    checks: other.checks.map((check) => (check.name === failed.name ? { ...failed, note } : check)),
  };
}

/** What breaks down on a GPU is a failed comparison with the CPU; on the CPU it is the model's fault. */
async function checked(
  { check }: Starting,
  runtime: Runtime,
  { device, batch }: Way,
): Promise<readonly SelfCheck[]> {
  try {
    return await check(runtime, batch);
  } catch (thrown) {
    const { message } = toAppError(thrown);
    if (device === 'webgpu') return [{ name: 'devices', outcome: 'failed', note: message }];
    runtime.close();
    throw thrown;
  }
}

function fallBackOf(
  { name }: SelfCheck,
  { device, batch }: Way,
): { readonly way: Way; readonly note: string } | undefined {
  if (name === 'batch' && batch > 1)
    return { way: { device, batch: 1 }, note: 'requests run one at a time instead' };
  if (device === 'webgpu') return { way: { device: 'cpu', batch }, note: 'computed on the CPU instead' };
  return undefined;
}

function refused({ name, difference, tolerance }: SelfCheck): AppError {
  return new AppError(
    'engine-crashed',
    `self-check "${name}": expected log-probabilities within ${String(tolerance)}, got a difference of ${String(difference)}: the model's answers could not be trusted`,
  );
}
