import type { RateCell } from '../../core/results/types.ts';
import type { RunSpec } from '../../core/run/types.ts';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { shareSeries } from '../shared/rate-series.ts';

export interface LiveCell {
  readonly model: string;
  readonly format: string;
  readonly cell: RateCell;
}

/** Misaligned share of all judged answers: a group of bars for each format, a bar for each model. */
export function liveChart(
  spec: RunSpec,
  cells: readonly LiveCell[],
): { readonly labels: readonly string[]; readonly series: readonly ChartSeries[] } {
  const series = spec.models.map((model, colour) => {
    const estimates = spec.formats.map(
      (format) => cells.find((each) => each.model === model.sha256 && each.format === format.id)?.cell.ofAll,
    );
    return shareSeries(model.label, estimates, colour);
  });
  return { labels: spec.formats.map(({ title }) => title), series };
}
