import type { Plugin, Scale } from 'chart.js';
import { colourOf, translucent } from './chart-data.ts';
import type { ChartSeries } from './chart-types.ts';
import type { Drawn } from './error-bars.ts';

/** Shaded intervals behind the lines of a chart with `bands`; a band is broken where an interval is missing. */
export function intervalBands(drawn: Drawn): Plugin {
  return {
    id: 'intervalBands',
    beforeDatasetsDraw(chart) {
      const { spec, colours } = drawn;
      const { x, y } = chart.scales;
      if (spec.kind !== 'line' || spec.bands !== true || x === undefined || y === undefined) return;
      const across = (at: number): number => x.getPixelForValue(spec.x?.[at] ?? at);
      chart.ctx.save();
      spec.series.forEach((series, index) => {
        chart.ctx.fillStyle = translucent(colourOf(colours, series.colour ?? index), 0.16);
        for (const stretch of stretchesOf(series)) fill(chart.ctx, stretch, across, y);
      });
      chart.ctx.restore();
    },
  };
}

interface Ends {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** Neighbouring values that have an interval. */
function stretchesOf({ values, low, high }: ChartSeries): readonly (readonly Ends[])[] {
  const stretches: Ends[][] = [[]];
  for (const at of values.keys()) {
    const [from, to] = [low?.[at] ?? null, high?.[at] ?? null];
    if (from === null || to === null) stretches.push([]);
    else stretches.at(-1)?.push({ at, low: from, high: to });
  }
  return stretches.filter((stretch) => stretch.length > 1);
}

function fill(
  context: CanvasRenderingContext2D,
  stretch: readonly Ends[],
  across: (at: number) => number,
  y: Scale,
): void {
  context.beginPath();
  for (const { at, high } of stretch) context.lineTo(across(at), y.getPixelForValue(high));
  for (const { at, low } of stretch.toReversed()) context.lineTo(across(at), y.getPixelForValue(low));
  context.closePath();
  context.fill();
}
