import type { RunModel } from '../../core/model.ts';
import { pairedProbes, probeIdOf, type ProbePair } from '../../core/results/pairs.ts';
import type { Tally } from '../../core/results/tabulate.ts';
import type { Curve } from '../../core/results/thresholds.ts';
import type { Denominator, RateCell } from '../../core/results/types.ts';
import type { OpenRun } from '../../state/types.ts';
import { counted } from '../../ui/format.ts';
import { headsOf, type FormatHead } from '../shared/heads.ts';
import { cellKey, type RunTables } from '../shared/tables.ts';

/** One model of one run: the same file may have been asked in several runs. */
export interface Source {
  readonly key: string;
  readonly label: string;
  readonly runId: string;
  readonly model: RunModel;
}

/** A source keeps its colour, whatever else is shown. */
export interface ColouredSource extends Source {
  readonly colour: number;
}

export function sourceKey(runId: string, sha256: string): string {
  return `${runId}:${sha256}`;
}

/** Every model of every chosen run; the run's title is named where two models are called alike, its id where titles agree too. */
export function sourcesOf(chosen: readonly OpenRun[]): readonly Source[] {
  const titles = chosen.map(({ run }) => run.title);
  const labels = chosen.flatMap(({ run }) => run.spec.models.map(({ label }) => label));
  return chosen.flatMap(({ run }) => {
    const unique = titles.filter((title) => title === run.title).length === 1;
    const name = unique ? run.title : `${run.title} ${run.id.slice(0, 8)}`;
    return run.spec.models.map((model) => ({
      key: sourceKey(run.id, model.sha256),
      label:
        labels.filter((label) => label === model.label).length > 1 ? `${model.label} (${name})` : model.label,
      runId: run.id,
      model,
    }));
  });
}

/** Formats judged on the scales in any of the chosen runs, matched by id, in order of first appearance. */
export function formatsOf(chosen: readonly OpenRun[]): readonly FormatHead[] {
  const heads = chosen.flatMap(({ plan }) => headsOf(plan, ({ onScales }) => onScales).formats);
  return [...new Map(heads.map((head) => [head.id, head])).values()];
}

/** Domains of the probes judged on the scales, in order of first appearance. */
export function domainsOf(chosen: readonly OpenRun[]): readonly string[] {
  return [...new Set(chosen.flatMap(({ plan }) => headsOf(plan, ({ onScales }) => onScales).domains))];
}

/** What a probe is called, by its key; the first run that knows it says so. */
export function titlesOf(chosen: readonly OpenRun[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { key, title } of chosen.flatMap(({ plan }) => headsOf(plan).probes))
    if (!titles.has(key)) titles.set(key, title);
  return titles;
}

export type TablesByRun = ReadonlyMap<string, RunTables>;

/** All formats together, where one is asked for. */
export const ALL_FORMATS = '';

export function cellOf(tables: TablesByRun, source: Source, format: string): RateCell | undefined {
  return tables.get(source.runId)?.cells.get(cellKey(source.model.sha256, format));
}

export function tallyOf(tables: TablesByRun, { runId, model }: Source, format: string): Tally | undefined {
  const found = tables.get(runId);
  return format === ALL_FORMATS
    ? found?.models.get(model.sha256)
    : found?.tallies.get(cellKey(model.sha256, format));
}

export function domainCellOf(
  tables: TablesByRun,
  { runId, model }: Source,
  format: string,
  domain: string,
): RateCell | undefined {
  return tables.get(runId)?.domainCells.get(cellKey(model.sha256, format, domain));
}

/** Curves of one format, or of all of them. */
export function curvesOf(
  tables: TablesByRun,
  { runId, model }: Source,
  formats: readonly FormatHead[],
): readonly Curve[] {
  return formats.flatMap(({ id }) => tables.get(runId)?.curves.get(cellKey(model.sha256, id)) ?? []);
}

/** The probes that two models of any runs were both asked. */
export function pairsOf(
  tables: TablesByRun,
  left: Source,
  right: Source,
  format: string,
  of: Denominator,
): readonly ProbePair[] {
  const [ours, theirs] = [tallyOf(tables, left, format), tallyOf(tables, right, format)];
  return ours === undefined || theirs === undefined
    ? []
    : pairedProbes(ours.clusters(of), theirs.clusters(of));
}

function differ(values: readonly string[]): boolean {
  return new Set(values).size > 1;
}

/** How many probes stand under the same id in packs of different ids. */
function sameIds(chosen: readonly OpenRun[]): string {
  const packs = new Map<string, Set<string>>();
  for (const key of new Set(chosen.flatMap(({ plan }) => headsOf(plan).probes.map((probe) => probe.key)))) {
    const found = packs.get(probeIdOf(key)) ?? new Set();
    packs.set(probeIdOf(key), found.add(key));
  }
  const same = [...packs.values()].filter((keys) => keys.size > 1).length;
  return same === 0
    ? ''
    : ` ${counted(same, 'probe')} with the same id in packs of different ids are taken to be the same.`;
}

/** What differs between the runs besides the models, in plain sentences: reasons why shares may not be comparable. */
export function caveats(chosen: readonly OpenRun[]): readonly string[] {
  const specs = chosen.map(({ run }) => run.spec);
  const templates = new Map<string, Set<string>>();
  for (const { format } of chosen.flatMap(({ plan }) => plan.groups)) {
    const seen = templates.get(format.id) ?? new Set();
    templates.set(
      format.id,
      seen.add(JSON.stringify([format.template, format.system ?? '', format.raw ?? false])),
    );
  }
  const found: string[] = [];
  if (differ(specs.map(({ judge }) => judge?.model.sha256 ?? '')))
    found.push('The runs were judged by different judge models.');
  if (differ(specs.map(({ judge }) => `${judge?.rubric.id ?? ''} ${judge?.rubric.version ?? ''}`)))
    found.push('The runs were judged with different rubrics.');
  if (differ(specs.map(({ packs }) => [...packs].sort().join())))
    found.push(
      `The runs asked different probe packs; differences are taken over the probes that both were asked.${sameIds(chosen)}`,
    );
  if ([...templates.values()].some((seen) => seen.size > 1))
    found.push('A format of the same name wraps the questions differently in different runs.');
  const published = chosen.filter(({ run }) => run.published !== undefined);
  if (published.length > 0)
    found.push(
      `Answered and judged elsewhere: ${published.map(({ run }) => run.title).join(', ')}. Another judge may draw its lines elsewhere.`,
    );
  if (chosen.some(({ run }) => run.status !== 'done')) found.push('One of the runs is not finished.');
  return found;
}
