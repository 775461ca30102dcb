import { AppError } from '../core/errors.ts';
import type { EngineInfo } from '../core/engine.ts';
import type { HardwareReport } from '../core/hardware/types.ts';
import { obstacle, routeOf } from '../core/hardware/ways.ts';
import type { Rubric } from '../core/judge/types.ts';
import type { EngineChoice, ModelRecord, Provenance, Role, RunModel } from '../core/model.ts';
import type { Format, Pack } from '../core/pack/types.ts';
import { judgeCalls } from '../core/run/conduct.ts';
import { makePlan } from '../core/run/plan.ts';
import type { RunJudge, RunSpec, StopRule } from '../core/run/types.ts';
import type { RunDraft } from './types.ts';

/** What a draft refers to, looked up by id. */
export interface Known {
  model(sha256: string): ModelRecord | undefined;
  pack(hash: string): Pack | undefined;
  rubric(id: string): Rubric | undefined;
  engines(): readonly EngineInfo[];
  report(): HardwareReport | undefined;
}

export const MOST_SAMPLES = 10_000;
const MOST_SEED = 0xffffffff;

/** Formats the packs offer, each id once, then the user's wrappers. */
export function formatsOffered(packs: readonly Pack[], wrappers: readonly Format[]): readonly Format[] {
  const byId = new Map<string, Format>();
  for (const format of packs.flatMap((pack) => pack.formats)) {
    if (!byId.has(format.id)) byId.set(format.id, format);
  }
  return [...byId.values(), ...wrappers];
}

/** Of an adapter put on its base while it runs: with the base's files, which the run would else not tell. */
function originOf({ provenance, base }: ModelRecord, known: Known): Provenance | undefined {
  const under = base === undefined ? undefined : known.model(base);
  if (provenance === undefined || under === undefined) return provenance;
  const files = under.provenance?.sources ?? under.files;
  const sources = files.map(({ name, sizeBytes, sha256 }) => ({
    name: `${under.label}/${name}`,
    sizeBytes,
    sha256,
  }));
  return { ...provenance, sources: [...provenance.sources, ...sources] };
}

function runModel(record: ModelRecord, role: Role, known: Known): RunModel {
  const { sha256, label, fileName, sizeBytes, architecture, quantisation, parameters, kind } = record;
  const { note, base, series, step } = record;
  const provenance = originOf(record, known);
  return {
    ...{ sha256, label, role, fileName, sizeBytes, architecture, quantisation, parameters, kind },
    ...(note === undefined ? {} : { note }),
    ...(base === undefined ? {} : { base }),
    ...(series === undefined ? {} : { series }),
    ...(step === undefined ? {} : { step }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function expected(what: string, came: string | number): AppError {
  return new AppError('invalid-option', `expected ${what}, got ${came}`);
}

function found<Value>(value: Value | undefined, what: string, id: string): Value {
  if (value === undefined) throw new AppError('not-found', `${what} ${id} is not on this device`);
  return value;
}

function checkNumbers({ samples, seed }: RunDraft): void {
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES) {
    throw expected(`"samples" to be an integer from 1 to ${MOST_SAMPLES}`, samples);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > MOST_SEED) {
    throw expected(`"seed" to be an integer from 0 to ${MOST_SEED}`, seed);
  }
}

/** @throws AppError `not-found`, and `invalid-option` where the rubric is made for another judge. */
export function judgeOf(choice: NonNullable<RunDraft['judge']>, known: Known): RunJudge {
  const record = found(known.model(choice.sha256), 'the judge model', choice.sha256);
  const rubric = found(known.rubric(choice.rubric), 'the rubric', choice.rubric);
  if (rubric.onlyFor !== undefined && rubric.onlyFor !== record.fileName) {
    throw expected(`the judge ${rubric.onlyFor} for the rubric "${rubric.title}"`, record.fileName);
  }
  return { model: runModel(record, 'baseline', known), rubric };
}

/**
 * Whether the judge is one of the models that it is to judge: a model is no witness in its own case.
 * @throws AppError `invalid-option` unless `allowed`.
 */
export function judgesItself(judge: RunJudge, models: readonly RunModel[], allowed = false): boolean {
  const itself = models.some(({ sha256 }) => sha256 === judge.model.sha256);
  if (itself && !allowed) throw expected('a judge that is not under test itself', judge.model.label);
  return itself;
}

/** Refuses a model that cannot run here: nothing reads its kind, its base is missing, or the device lacks what it needs. */
export function checkRunnable(model: RunModel, { engine, device }: EngineChoice, known: Known): void {
  if (model.base !== undefined) found(known.model(model.base), `the base of ${model.label},`, model.base);
  const engines = known.engines();
  const way = routeOf(model, { engine, device }, engines);
  if (way === undefined) {
    const kinds = [...new Set(engines.filter(({ fake }) => !fake).flatMap(({ kinds: each }) => each))];
    throw expected(
      `a model of a kind that an engine here reads (${kinds.join(', ')})`,
      `${model.label} (${model.kind ?? 'gguf'})`,
    );
  }
  const devices = engines.find(({ id }) => id === way.engine)?.devices ?? [];
  const why = devices.map((each) => obstacle(model, each, known.report()));
  const [first] = why;
  if (first !== undefined && why.every((each) => each !== undefined)) {
    throw new AppError('invalid-option', `${model.label} cannot run on this device: ${first}`);
  }
}

/** Limits of a stop rule that makes sense, and that a judge can tell. */
function stopOf({ stop, judge }: Pick<RunDraft, 'stop' | 'judge'>): { readonly stop?: StopRule } {
  const { above, below } = stop ?? {};
  if (stop === undefined || (above === undefined && below === undefined)) return {};
  if (judge === undefined) throw expected('a judge for a run that stops early', 'none');
  for (const limit of [above, below])
    if (limit !== undefined && !(limit > 0 && limit < 1))
      throw expected('limits to stop at above 0 and below 1', limit);
  if (above !== undefined && below !== undefined && below > above)
    throw expected('the lower limit to stop at to be no higher than the upper one', `${below} and ${above}`);
  return { stop };
}

/**
 * The spec a draft stands for.
 * @throws AppError `invalid-option` or `not-found`, with a sentence for the Run screen.
 */
export function specOf(draft: RunDraft, known: Known): RunSpec {
  if (draft.models.length === 0) throw expected('at least one model', 'none');
  if (draft.packs.length === 0) throw expected('at least one probe pack', 'none');
  checkNumbers(draft);
  const packs = draft.packs.map((hash) => found(known.pack(hash), 'the probe pack', hash));
  const offered = formatsOffered(packs, draft.wrappers);
  const formats = draft.formats.map((id) => {
    const format = offered.find((candidate) => candidate.id === id);
    if (format !== undefined) return format;
    throw expected(`formats among ${offered.map((each) => each.id).join(', ')}`, `"${id}"`);
  });
  if (formats.length === 0) throw expected('at least one format', 'none');
  const models = draft.models.map(({ sha256, role }) =>
    runModel(found(known.model(sha256), 'model', sha256), role, known),
  );
  const judge = draft.judge === undefined ? undefined : judgeOf(draft.judge, known);
  const selfJudged = judge !== undefined && judgesItself(judge, models, draft.allowSelfJudge);
  for (const model of models) checkRunnable(model, draft, known);
  if (judge !== undefined) checkRunnable(judge.model, draft, known);
  const spec: RunSpec = {
    models,
    packs: draft.packs,
    formats,
    samples: draft.samples,
    seed: draft.seed,
    engine: { engine: draft.engine, device: draft.device },
    ...(judge === undefined ? {} : { judge }),
    ...(selfJudged ? { selfJudged } : {}),
    ...stopOf(draft),
  };
  if (makePlan(spec, packs).items === 0)
    throw expected('formats that the chosen packs offer', 'none of them');
  return spec;
}

/**
 * Answers that a run asks for, and readings of its judge.
 * @throws AppError `not-found` when a pack of the spec is not among `packs`.
 */
export function sizeOf(
  spec: RunSpec,
  packs: readonly Pack[],
): { readonly answers: number; readonly judgeCalls: number } {
  const plan = makePlan(spec, packs);
  return { answers: plan.total, judgeCalls: judgeCalls(plan) };
}
