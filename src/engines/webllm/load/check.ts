import type { SelfCheck } from '../../../core/engine.ts';
import { AppError } from '../../../core/errors.ts';
import type { DeviceModel, Logits, Part, Step } from '../device-model.ts';

/** A check that takes longer than this shows a GPU of software, where it would be made for minutes more. */
const PATIENCE_MS = 20_000;
/** Positions of the text whose rows are compared. */
const COMPARED = 3;
/** Likeliest tokens compared in each row. */
const TOP = 16;

export interface Checked {
  readonly checks: readonly SelfCheck[];
  /** Forks may be used, and sequences may be decoded side by side. */
  readonly forks: boolean;
  readonly batches: boolean;
  /** What the last prefill of the text alone took; a first one compiles what was left to compile. */
  readonly passMs: number;
  /** What a step of two sequences took; absent where there was none. */
  readonly stepMs?: number;
  /** Too slow to be asked for more than it must. */
  readonly slow: boolean;
}

/** One row as its likeliest tokens and their log-probabilities. */
type Row = ReadonlyMap<number, number>;

/** The sequence that still holds the text when the checks are over. */
export const ALONE = 0;
const FORKED = 1;
const BESIDE = 2;

/**
 * Puts a short text through a fresh model by different ways: alone, again alone, and then on a fork of the first beside a whole one,
 * both as a prefill and as a step of decoding. `tolerance` is in nats. Rejects with `engine-crashed` where the numbers are none, or
 * where the same call twice does not give the same.
 */
export async function selfCheck(
  model: DeviceModel,
  text: readonly number[],
  tolerance: number,
  now: () => number,
): Promise<Checked> {
  const from = Math.max(1, text.length - COMPARED);
  const reads = text.map((_, at) => at).slice(from);
  const started = now();
  model.add(ALONE);
  const alone = await rowsOf(model, [{ id: ALONE, tokens: text }], reads);
  const firstMs = now() - started;
  const shown = alone.map((row) => [...row.keys()]);
  let passMs = firstMs;
  const checks: SelfCheck[] = [];
  if (firstMs < PATIENCE_MS) {
    const again = now();
    model.add(BESIDE);
    const repeated = await rowsOf(model, [{ id: BESIDE, tokens: text }], reads, shown);
    passMs = now() - again;
    model.remove(BESIDE);
    checks.push(compared('repeat', alone, repeated, tolerance, undefined));
  } else {
    checks.push({ name: 'repeat', outcome: 'skipped', note: 'this GPU is too slow to do it twice' });
  }
  const { forked, beside, stepMs } = (await inCompany({ model, text, from, shown, now })) ?? {};
  checks.push(
    beside === undefined
      ? { name: 'batch', outcome: 'skipped', note: 'requests run one at a time' }
      : compared('batch', alone, beside, tolerance, 'samples are drawn one at a time'),
    forked === undefined
      ? { name: 'fork', outcome: 'skipped', note: 'nothing is shared between requests' }
      : compared('fork', alone, forked, tolerance, 'prompts are not shared: each is computed for itself'),
  );
  const passed = (name: SelfCheck['name']): boolean =>
    checks.some((check) => check.name === name && check.outcome === 'passed');
  if (checks.some(({ name, outcome }) => name === 'repeat' && outcome === 'failed'))
    throw new AppError('engine-crashed', 'the GPU gives other numbers for the same text when asked again');
  const timed = stepMs === undefined ? {} : { stepMs };
  const slow = firstMs >= PATIENCE_MS;
  return { checks, forks: passed('fork'), batches: passed('batch'), passMs, slow, ...timed };
}

interface Company {
  readonly model: DeviceModel;
  readonly text: readonly number[];
  readonly from: number;
  readonly shown: readonly (readonly number[])[];
  readonly now: () => number;
}

interface Compared {
  readonly forked: readonly Row[];
  readonly beside: readonly Row[];
  readonly stepMs: number;
}

/**
 * The rows of a fork and of a whole text that go through the model together: the text's end in a prefill, but its last token, which
 * both decode. Undefined where the model has one sequence only.
 */
async function inCompany({ model, text, from, shown, now }: Company): Promise<Compared | undefined> {
  if (model.fork === undefined || model.limits.batch < 2 * COMPARED || model.limits.sequences < 3)
    return undefined;
  const before = text.slice(0, -1);
  model.fork(ALONE, FORKED, from);
  model.add(BESIDE);
  const parts = [
    { id: FORKED, tokens: before.slice(from) },
    { id: BESIDE, tokens: before },
  ];
  const tail = before.length - from;
  const read = [
    ...Array.from({ length: tail }, (_, at) => at),
    ...Array.from({ length: tail }, (_, at) => tail + from + at),
  ];
  const heads = tail === 0 ? [] : shown.slice(0, tail);
  const filled = await rowsOf(model, parts, read, [...heads, ...heads]);
  const token = text.at(-1) ?? 0;
  const last = shown.at(-1) ?? [];
  const steps = [FORKED, BESIDE].map((id) => ({ id, token }));
  const started = now();
  const [forked, beside] = await stepped(model, steps, [last, last]);
  const stepMs = now() - started;
  model.remove(FORKED);
  model.remove(BESIDE);
  return {
    forked: [...filled.slice(0, tail), ...(forked === undefined ? [] : [forked])],
    beside: [...filled.slice(tail), ...(beside === undefined ? [] : [beside])],
    stepMs,
  };
}

async function rowsOf(
  model: DeviceModel,
  parts: readonly Part[],
  read: readonly number[],
  shown?: readonly (readonly number[])[],
): Promise<readonly Row[]> {
  return readRows(await model.prefill(parts, read), shown);
}

async function stepped(
  model: DeviceModel,
  steps: readonly Step[],
  shown: readonly (readonly number[])[],
): Promise<readonly Row[]> {
  return readRows(await model.decode(steps), shown);
}

async function readRows(logits: Logits, shown?: readonly (readonly number[])[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let row = 0; row < logits.rows; row++) {
    const ids = shown?.[row] ?? (await logits.top(row, TOP)).map(({ id }) => id);
    const found = await logits.logprobs(ids.map((id) => ({ row, id })));
    rows.push(new Map(ids.map((id, at) => [id, finite(found[at])])));
  }
  logits.release();
  return rows;
}

function finite(logprob: number | undefined): number {
  if (logprob !== undefined && Number.isFinite(logprob)) return logprob;
  throw new AppError(
    'engine-crashed',
    `expected a finite log-probability, got ${String(logprob)}: the model's weights may be damaged`,
  );
}

function compared(
  name: SelfCheck['name'],
  expected: readonly Row[],
  got: readonly Row[],
  tolerance: number,
  fallback: string | undefined,
): SelfCheck {
  const differences = expected.flatMap((row, at) =>
    [...row].map(([id, logprob]) => Math.abs(logprob - (got[at]?.get(id) ?? Infinity))),
  );
  const difference = Math.max(...differences);
  if (difference <= tolerance) return { name, outcome: 'passed', difference, tolerance };
  return {
    name,
    outcome: 'failed',
    difference,
    tolerance,
    ...(fallback === undefined ? {} : { note: fallback }),
  };
}
