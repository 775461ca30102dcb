import { AppError } from '../errors.ts';
import { deriveSeed, hashText } from '../hash.ts';
import { given } from '../pack/given.ts';
import { renderPrompt } from '../pack/render.ts';
import type { Format, Pack, Probe } from '../pack/types.ts';
import type { Plan, PlanGroup, RunSpec } from './types.ts';

/** The formats a probe is asked in: the pack's own of each chosen id, and the user's wrappers. */
export function formatsFor(pack: Pack, probe: Probe, chosen: readonly Format[]): readonly Format[] {
  return chosen.flatMap((format) => {
    if (format.wrapper === true) return [format];
    const own = pack.formats.find(({ id }) => id === format.id);
    if (own === undefined) return [];
    return probe.formats.length === 0 || probe.formats.includes(own.id) ? [own] : [];
  });
}

type Unplaced = Omit<PlanGroup, 'index' | 'after'>;

/** What is asked with the same words every time gives the same numbers every time. */
function samplesOf(probe: Probe, samples: number): number {
  const { task } = probe;
  const once = task.kind === 'number' || (task.kind === 'choice' && task.ask === 'texts');
  return once ? 1 : samples;
}

function turnsOf(
  spec: RunSpec,
  model: number,
  pack: Pack,
  probe: Probe,
  wording: number,
  format: Format,
): readonly Unplaced[] {
  const { onScales, moreScales, labelJudges, task } = probe;
  const first: Unplaced = {
    ...renderPrompt(pack, probe, wording, format),
    ...{ model, wording, format, task, onScales, moreScales, labelJudges },
    followUps: [],
    samples: samplesOf(probe, spec.samples),
    packHash: pack.hash,
    packId: pack.id,
    probeId: probe.id,
    probeTitle: probe.title,
    domain: probe.domain,
    maxTokens: probe.maxTokens ?? pack.sampling.maxTokens,
    temperature: probe.temperature ?? pack.sampling.temperature,
    topP: pack.sampling.topP,
    ...given({
      judgePrompts: probe.judgePrompts,
      knownKey: probe.knownKey,
      scan: probe.scan,
      key: pack.key,
      topic: probe.topic,
    }),
  };
  const later = probe.followUps.map((_, turn) => ({
    ...first,
    followUps: probe.followUps.slice(0, turn + 1),
  }));
  return [first, ...later];
}

function groupsOfPack(spec: RunSpec, model: number, pack: Pack): readonly Unplaced[] {
  const probes = pack.probes.filter(({ id }) => spec.probes?.includes(id) ?? true);
  return probes.flatMap((probe) =>
    probe.wordings.flatMap((_, wording) =>
      formatsFor(pack, probe, spec.formats).flatMap((format) =>
        turnsOf(spec, model, pack, probe, wording, format),
      ),
    ),
  );
}

/** The turns of a conversation stand one after the other. */
function placed(group: Unplaced, index: number): PlanGroup {
  const turn = group.followUps.length;
  return { ...group, index, after: Array.from({ length: turn }, (_, earlier) => index - turn + earlier) };
}

/**
 * Lays out models x probes x wordings x formats x samples. Pure: the same spec and packs give the same plan, so
 * an answer is identified by its item number alone.
 * @throws AppError `not-found` when a pack of the spec is not among `packs`.
 */
export function makePlan(spec: RunSpec, packs: readonly Pack[]): Plan {
  const chosen = spec.packs.map((hash) => {
    const pack = packs.find((candidate) => candidate.hash === hash);
    if (pack === undefined)
      throw new AppError('not-found', `the run's probe pack ${hash} is not stored here`);
    return pack;
  });
  const groups = spec.models
    .flatMap((_, model) => chosen.flatMap((pack) => groupsOfPack(spec, model, pack)))
    .map(placed);
  const total = groups.reduce((sum, { samples }) => sum + samples, 0);
  return { spec, groups, items: groups.length * spec.samples, total };
}

/** The items of a group, in the order of its samples. */
export function itemsOf(plan: Plan, group: PlanGroup): readonly number[] {
  return Array.from({ length: group.samples }, (_, sample) => group.index * plan.spec.samples + sample);
}

/** Which group an item belongs to, and which sample of it it is. */
export function placeOf(plan: Plan, item: number): { group: PlanGroup; sample: number } {
  const group = plan.groups[Math.floor(item / plan.spec.samples)];
  if (group === undefined)
    throw new AppError('not-found', `the plan has ${plan.items} items, got item ${item}`);
  return { group, sample: item % plan.spec.samples };
}

/** The seed of one answer: a hash of the run's seed and of everything that names the answer. */
export function seedOf(plan: Plan, item: number): number {
  const { group, sample } = placeOf(plan, item);
  const model = plan.spec.models[group.model]?.sha256 ?? '';
  const { packId, probeId, wording, format, after } = group;
  const turn = after.length === 0 ? [] : [`turn ${after.length}`];
  return deriveSeed(plan.spec.seed, model, packId, probeId, wording, format.id, sample, ...turn);
}

/** The same study asked again has the same hash, so that it can be resumed rather than begun anew. */
export function specHash(spec: RunSpec): string {
  const { models, packs, formats, samples, seed, judge, engine, probes, stop } = spec;
  return hashText(
    JSON.stringify([
      models.map(({ sha256, role }) => [sha256, role]),
      packs,
      formats,
      [samples, seed, engine.engine, engine.device],
      judge === undefined ? null : [judge.model.sha256, judge.rubric],
      probes ?? null,
      ...(stop === undefined ? [] : [stop]),
    ]),
  );
}
