import type { RunModel } from '../../core/model.ts';
import type { Tally } from '../../core/results/tabulate.ts';
import type { RateCell } from '../../core/results/types.ts';
import type { OpenRun } from '../../state/types.ts';
import { headsOf, type FormatHead } from '../shared/heads.ts';
import { cellKey, type RunTables } from '../shared/tables.ts';

/** One model of one run: the same file may have been asked in several runs. */
export interface Source {
  readonly key: string;
  readonly label: string;
  readonly runId: string;
  readonly model: RunModel;
}

export function sourceKey(runId: string, sha256: string): string {
  return `${runId}:${sha256}`;
}

/** Every model of every chosen run; the run's title is named where there are several, its id where titles agree. */
export function sourcesOf(chosen: readonly OpenRun[]): readonly Source[] {
  const titles = chosen.map(({ run }) => run.title);
  return chosen.flatMap(({ run }) => {
    const unique = titles.filter((title) => title === run.title).length === 1;
    const name = unique ? run.title : `${run.title} ${run.id.slice(0, 8)}`;
    return run.spec.models.map((model) => ({
      key: sourceKey(run.id, model.sha256),
      label: chosen.length > 1 ? `${model.label} (${name})` : model.label,
      runId: run.id,
      model,
    }));
  });
}

/** Formats of all chosen runs, matched by id, in order of first appearance. */
export function formatsOf(chosen: readonly OpenRun[]): readonly FormatHead[] {
  const heads = chosen.flatMap(({ plan }) => headsOf(plan).formats);
  return [...new Map(heads.map((head) => [head.id, head])).values()];
}

export type TablesByRun = ReadonlyMap<string, RunTables>;

export function cellOf(tables: TablesByRun, source: Source, format: string): RateCell | undefined {
  return tables.get(source.runId)?.cells.get(cellKey(source.model.sha256, format));
}

export function tallyOf(tables: TablesByRun, source: Source, format: string): Tally | undefined {
  return tables.get(source.runId)?.tallies.get(cellKey(source.model.sha256, format));
}

function differ(values: readonly string[]): boolean {
  return new Set(values).size > 1;
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
      'The runs asked different probe packs; differences are taken over the probes that both were asked.',
    );
  if ([...templates.values()].some((seen) => seen.size > 1))
    found.push('A format of the same name wraps the questions differently in different runs.');
  if (chosen.some(({ run }) => run.status !== 'done')) found.push('One of the runs is not finished.');
  return found;
}
