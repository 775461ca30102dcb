import { AppError } from '../errors.ts';
import { deriveSeed, hashText } from '../hash.ts';
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

function groupsOfPack(spec: RunSpec, model: number, pack: Pack): readonly Omit<PlanGroup, 'index'>[] {
  const probes = pack.probes.filter(({ id }) => spec.probes?.includes(id) ?? true);
  return probes.flatMap((probe) =>
    probe.wordings.flatMap((_, wording) =>
      formatsFor(pack, probe, spec.formats).map((format) => ({
        ...renderPrompt(pack, probe, wording, format),
        ...{ model, wording, format },
        packHash: pack.hash,
        packId: pack.id,
        probeId: probe.id,
        probeTitle: probe.title,
        domain: probe.domain,
        maxTokens: probe.maxTokens ?? pack.sampling.maxTokens,
        temperature: pack.sampling.temperature,
        topP: pack.sampling.topP,
        ...(probe.judgePrompts === undefined ? {} : { judgePrompts: probe.judgePrompts }),
        ...(pack.key === undefined ? {} : { key: pack.key }),
        ...(probe.topic === undefined ? {} : { topic: probe.topic }),
      })),
    ),
  );
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
    .map((group, index) => ({ ...group, index }));
  return { spec, groups, items: groups.length * spec.samples };
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
  const { packId, probeId, wording, format } = group;
  return deriveSeed(plan.spec.seed, model, packId, probeId, wording, format.id, sample);
}

/** The same study asked again has the same hash, so that it can be resumed rather than begun anew. */
export function specHash(spec: RunSpec): string {
  const { models, packs, formats, samples, seed, judge, engine, probes } = spec;
  return hashText(
    JSON.stringify([
      models.map(({ sha256, role }) => [sha256, role]),
      packs,
      formats,
      [samples, seed, engine.engine, engine.device],
      judge === undefined ? null : [judge.model.sha256, judge.rubric],
      probes ?? null,
    ]),
  );
}
