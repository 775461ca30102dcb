import type { RateCell } from '../../core/results/types.ts';
import type { RunSpec } from '../../core/run/types.ts';

export interface LiveCell {
  readonly model: string;
  readonly format: string;
  readonly cell: RateCell;
}

interface LiveSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** Misaligned share of all judged answers: a group of bars for each format, a bar for each model. */
export function liveChart(
  spec: RunSpec,
  cells: readonly LiveCell[],
): { readonly labels: readonly string[]; readonly series: readonly LiveSeries[] } {
  const series = spec.models.map((model) => {
    const estimates = spec.formats.map(
      (format) => cells.find((each) => each.model === model.sha256 && each.format === format.id)?.cell.ofAll,
    );
    return {
      label: model.label,
      values: estimates.map((estimate) => estimate?.rate ?? null),
      low: estimates.map((estimate) => estimate?.low ?? null),
      high: estimates.map((estimate) => estimate?.high ?? null),
    };
  });
  return { labels: spec.formats.map(({ title }) => title), series };
}
