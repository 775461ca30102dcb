import type { Chart, ChartType, Plugin } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import { translucent } from './chart-data.ts';
import type { ChartColours } from './chart-theme.ts';
import { shapeOf } from './chart-pattern.ts';
import type { ChartSeries, ChartSpec } from './chart-types.ts';

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
      const { spec, colours } = drawn;
      if (spec.kind === 'scatter' || spec.bands === true) return;
      const sideways = spec.horizontal === true;
      const scale = chart.scales[sideways ? 'x' : 'y'];
      if (scale === undefined) return;
      spec.series.forEach((series, index) => {
        const marks = chart.getDatasetMeta(index).data;
        placesOf(spec, series).forEach((at, place) => {
          const mark = marks[place];
          if (mark === undefined) return;
          const across = sideways ? mark.y : mark.x;
          const value = series.values[at] ?? null;
          if (value === null) {
            gap(chart, colours, across, sideways);
            return;
          }
          const [low, high] = [series.low?.[at] ?? null, series.high?.[at] ?? null];
          const along = (position: number): number => scale.getPixelForValue(position);
          if (low !== null && high !== null)
            stem(chart.ctx, colours, turned(sideways, across), along(low), along(high));
          if (spec.marks === 'points') {
            const [x, y] = turned(sideways, across)(along(value), 0);
            point(chart.ctx, colours, series.colour ?? index, x, y);
          }
        });
      });
    },
  };
}

/** The places of the values that are drawn: on a numbered axis, those that are missing are not. */
function placesOf(spec: ChartSpec, { values }: ChartSeries): readonly number[] {
  const all = [...values.keys()];
  return spec.x === undefined ? all : all.filter((at) => (values[at] ?? null) !== null);
}

type Turn = (along: number, aside: number) => readonly [x: number, y: number];

/** From a place along the value's axis, and a step aside of the mark's own, to a place in the picture. */
function turned(sideways: boolean, across: number): Turn {
  return sideways ? (along, aside) => [along, across + aside] : (along, aside) => [across + aside, along];
}

function stem(context: CanvasRenderingContext2D, colours: ChartColours, at: Turn, low: number, high: number) {
  context.save();
  for (const [width, colour] of [
    [4, colours.surface],
    [1.6, colours.text],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(...at(low, 0));
    context.lineTo(...at(high, 0));
    for (const end of [low, high]) {
      context.moveTo(...at(end, -CAP_PX));
      context.lineTo(...at(end, CAP_PX));
    }
    context.stroke();
  }
  context.restore();
}

/** The value itself, in the shape and colour of its series. */
function point(
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

/** Where there is no number stands a dash on the axis, never a bar of height zero. */
function gap<T extends ChartType>(
  chart: Chart<T>,
  colours: ChartColours,
  across: number,
  sideways: boolean,
): void {
  const { left, bottom } = chart.chartArea;
  chart.ctx.save();
  chart.ctx.fillStyle = colours.muted;
  chart.ctx.textAlign = sideways ? 'left' : 'center';
  chart.ctx.fillText('–', sideways ? left + 5 : across, sideways ? across + 4 : bottom - 5);
  chart.ctx.restore();
}

/** Dashed lines across the plot, and above all that is drawn their labels, which marks would make hard to read. */
export function referenceLines(drawn: Drawn): Plugin {
  return {
    id: 'referenceLines',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea: area } = chart;
      ctx.save();
      ctx.strokeStyle = drawn.colours.muted;
      ctx.setLineDash([5, 4]);
      ctx.lineWidth = 1.2;
      for (const { axis, at } of placed(chart, drawn.spec)) {
        ctx.beginPath();
        ctx.moveTo(axis === 'x' ? at : area.left, axis === 'x' ? area.top : at);
        ctx.lineTo(axis === 'x' ? at : area.right, axis === 'x' ? area.bottom : at);
        ctx.stroke();
      }
      ctx.restore();
    },
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area } = chart;
      ctx.save();
      for (const { axis, at, label } of placed(chart, drawn.spec)) {
        if (label === '') continue;
        const width = ctx.measureText(label).width;
        const [left, base] = axis === 'x' ? [at + 5, area.top + 11] : [area.right - 5 - width, at - 7];
        ctx.fillStyle = translucent(drawn.colours.surface, 0.8);
        ctx.fillRect(left - 2, base - 11, width + 4, 15);
        ctx.fillStyle = drawn.colours.muted;
        ctx.textAlign = 'left';
        ctx.fillText(label, left, base);
      }
      ctx.restore();
    },
  };
}

function placed(chart: Chart, { lines = [] }: ChartSpec) {
  return lines.flatMap((line) => {
    const at = chart.scales[line.axis]?.getPixelForValue(line.value);
    return at === undefined ? [] : [{ ...line, at }];
  });
}
