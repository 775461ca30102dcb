import type { RunModel } from '../../core/model.ts';
import type { Plan, PlanGroup, RunSpec } from '../../core/run/types.ts';

export interface FormatHead {
  readonly id: string;
  readonly title: string;
}

export interface ProbeHead {
  /** As in `ResultRow.probe`. */
  readonly key: string;
  readonly title: string;
  readonly domain: string;
  /** How many ways it is put in. */
  readonly wordings: number;
}

/** The rows and columns of a run's tables, in the order in which the run asks. */
export interface RunHeads {
  readonly models: readonly RunModel[];
  readonly formats: readonly FormatHead[];
  readonly probes: readonly ProbeHead[];
  readonly domains: readonly string[];
  /** Answers of a conversation. */
  readonly turns: number;
}

/** With `wanted`, only what those groups ask. */
export function headsOf(
  { spec, groups }: Pick<Plan, 'spec' | 'groups'>,
  wanted: (group: PlanGroup) => boolean = () => true,
): RunHeads {
  const formats = new Map<string, FormatHead>();
  const probes = new Map<string, ProbeHead>();
  let turns = 0;
  for (const { format, packId, probeId, probeTitle, domain, wording, after } of groups.filter(wanted)) {
    const key = `${packId}/${probeId}`;
    const wordings = Math.max(probes.get(key)?.wordings ?? 0, wording + 1);
    formats.set(format.id, formats.get(format.id) ?? { id: format.id, title: format.title });
    probes.set(key, { key, title: probeTitle, domain, wordings });
    turns = Math.max(turns, after.length + 1);
  }
  return {
    models: spec.models,
    formats: [...formats.values()],
    probes: [...probes.values()],
    domains: [...new Set([...probes.values()].map(({ domain }) => domain))],
    turns,
  };
}

/** The model that the others are compared with unless somebody chooses: a control, else a baseline, else the first. */
export function defaultControl({ models }: Pick<RunSpec, 'models'>): string | undefined {
  const ofRole = (role: string): RunModel | undefined => models.find((model) => model.role === role);
  return (ofRole('control') ?? ofRole('baseline') ?? models[0])?.sha256;
}
