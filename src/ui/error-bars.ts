import type { Chart, ChartType, Plugin } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import type { ChartColours } from './chart-theme.ts';
import { shapeOf } from './chart-pattern.ts';
import type { ChartSpec } from './chart-types.ts';

const CAP_PX = 5;

/** What the plugins draw with; replaced as a whole before each update. */
export interface Drawn {
  spec: ChartSpec;
  colours: ChartColours;
}

/** Intervals: a stem with caps from low to high, edged in the background's colour so that it shows on a bar. */
export function errorBars(drawn: Drawn): Plugin {
  return {
    id: 'errorBars',
    afterDatasetsDraw(chart) {
      if (drawn.spec.kind === 'scatter') return;
      drawn.spec.series.forEach((series, index) => {
        const scale = chart.scales['y'];
        const marks = chart.getDatasetMeta(index).data;
        if (scale === undefined) return;
        series.values.forEach((value, at) => {
          const x = marks[at]?.x;
          if (x === undefined) return;
          const low = series.low?.[at] ?? null;
          const high = series.high?.[at] ?? null;
          if (value === null) gap(chart, drawn.colours, x);
          else if (low !== null && high !== null)
            stem(chart.ctx, drawn.colours, x, scale.getPixelForValue(low), scale.getPixelForValue(high));
          if (value !== null && drawn.spec.marks === 'points')
            mark(chart.ctx, drawn.colours, series.colour ?? index, x, scale.getPixelForValue(value));
        });
      });
    },
  };
}

function stem(
  context: CanvasRenderingContext2D,
  colours: ChartColours,
  x: number,
  low: number,
  high: number,
) {
  context.save();
  for (const [width, colour] of [
    [4, colours.surface],
    [1.6, colours.text],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(x, low);
    context.lineTo(x, high);
    for (const y of [low, high]) {
      context.moveTo(x - CAP_PX, y);
      context.lineTo(x + CAP_PX, y);
    }
    context.stroke();
  }
  context.restore();
}

/** The value itself, in the shape and colour of its series. */
function mark(
  context: CanvasRenderingContext2D,
  colours: ChartColours,
  series: number,
  x: number,
  y: number,
) {
  const colour = colours.series[series % colours.series.length] ?? colours.text;
  context.save();
  context.fillStyle = colour;
  context.strokeStyle = colour;
  drawPoint(context, { pointStyle: shapeOf(series), radius: 6, borderWidth: 2 }, x, y);
  context.restore();
}

/** Where there is no number stands a dash on the lower edge, never a bar of height zero. */
function gap<T extends ChartType>(chart: Chart<T>, colours: ChartColours, x: number): void {
  chart.ctx.save();
  chart.ctx.fillStyle = colours.muted;
  chart.ctx.textAlign = 'center';
  chart.ctx.fillText('–', x, chart.chartArea.bottom - 5);
  chart.ctx.restore();
}

/** Dashed lines across the plot with their label at the end. */
export function referenceLines(drawn: Drawn): Plugin {
  return {
    id: 'referenceLines',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea: area } = chart;
      ctx.save();
      ctx.strokeStyle = drawn.colours.muted;
      ctx.fillStyle = drawn.colours.muted;
      ctx.setLineDash([5, 4]);
      ctx.lineWidth = 1.2;
      for (const line of drawn.spec.lines ?? []) {
        const at = chart.scales[line.axis]?.getPixelForValue(line.value);
        if (at === undefined) continue;
        ctx.beginPath();
        if (line.axis === 'x') {
          ctx.moveTo(at, area.top);
          ctx.lineTo(at, area.bottom);
          ctx.textAlign = 'left';
          ctx.fillText(line.label, at + 5, area.top + 11);
        } else {
          ctx.moveTo(area.left, at);
          ctx.lineTo(area.right, at);
          ctx.textAlign = 'right';
          ctx.fillText(line.label, area.right - 5, at - 7);
        }
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
