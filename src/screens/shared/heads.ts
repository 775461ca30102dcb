import type { RunModel } from '../../core/model.ts';
import type { Plan, RunSpec } from '../../core/run/types.ts';

export interface FormatHead {
  readonly id: string;
  readonly title: string;
}

export interface ProbeHead {
  /** As in `ResultRow.probe`. */
  readonly key: string;
  readonly title: string;
  readonly domain: string;
}

/** The rows and columns of a run's tables, in the order in which the run asks. */
export interface RunHeads {
  readonly models: readonly RunModel[];
  readonly formats: readonly FormatHead[];
  readonly probes: readonly ProbeHead[];
}

export function headsOf(plan: Plan): RunHeads {
  const formats = new Map<string, FormatHead>();
  const probes = new Map<string, ProbeHead>();
  for (const { format, packId, probeId, probeTitle, domain } of plan.groups) {
    const key = `${packId}/${probeId}`;
    formats.set(format.id, formats.get(format.id) ?? { id: format.id, title: format.title });
    probes.set(key, probes.get(key) ?? { key, title: probeTitle, domain });
  }
  return { models: plan.spec.models, formats: [...formats.values()], probes: [...probes.values()] };
}

/** The model that the others are compared with unless somebody chooses: a control, else a baseline, else the first. */
export function defaultControl({ models }: Pick<RunSpec, 'models'>): string | undefined {
  const ofRole = (role: string): RunModel | undefined => models.find((model) => model.role === role);
  return (ofRole('control') ?? ofRole('baseline') ?? models[0])?.sha256;
}
