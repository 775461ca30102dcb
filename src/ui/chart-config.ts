import type { ChartOptions, LegendItem, ScaleOptionsByType } from 'chart.js';
import { colourOf, type Kind } from './chart-data.ts';
import { tickText, withInterval } from './chart-format.ts';
import { shapeOf } from './chart-pattern.ts';
import type { ChartColours } from './chart-theme.ts';
import type { ChartSpec } from './chart-types.ts';

export { dataOf, isDense, type Config, type Datum, type Kind } from './chart-data.ts';

const FONT = 'system-ui, sans-serif';
/** How much of a chart's width the names of its rows may take, and how wide their characters are. */
const NAMES_SHARE = 0.42;
const CHARACTER_PX = 6.6;
/** A value axis spans so many units of the last decimal that is shown: finer differences are none. */
const LEAST_UNITS = 10;

export function optionsOf(spec: ChartSpec, colours: ChartColours): ChartOptions<Kind> {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    normalized: true,
    indexAxis: spec.horizontal === true ? 'y' : 'x',
    layout: { padding: { top: 6, right: 8 } },
    interaction:
      spec.kind === 'scatter'
        ? { mode: 'nearest', intersect: true }
        : {
            mode: spec.x === undefined ? 'index' : 'x',
            axis: spec.horizontal === true ? 'y' : 'x',
            intersect: false,
          },
    scales:
      spec.horizontal === true
        ? { x: valueAxis(spec, colours), y: rowAxis(colours) }
        : { x: xAxis(spec, colours), y: valueAxis(spec, colours) },
    plugins: {
      legend: {
        display: spec.series.length > 1,
        position: 'top',
        align: 'start',
        onClick: () => undefined,
        labels: {
          color: colours.text,
          font: { family: FONT, size: 12 },
          usePointStyle: spec.kind !== 'bar' || spec.marks === 'points',
          ...(spec.marks === 'points' ? { generateLabels: () => pointLegend(spec, colours) } : {}),
          boxWidth: 16,
          boxHeight: 10,
          padding: 14,
        },
      },
      tooltip: tooltip(spec, colours),
    },
  };
}

/** Bars that are not drawn have no colour of their own for the legend. */
function pointLegend(spec: ChartSpec, colours: ChartColours): LegendItem[] {
  return spec.series.map((series, at) => {
    const index = series.colour ?? at;
    const colour = colourOf(colours, index);
    return {
      text: series.label,
      fontColor: colours.text,
      fillStyle: colour,
      strokeStyle: colour,
      lineWidth: 2,
      pointStyle: shapeOf(index),
      datasetIndex: at,
    };
  });
}

function tooltip(spec: ChartSpec, colours: ChartColours) {
  return {
    enabled: spec.kind !== 'scatter',
    backgroundColor: colours.text,
    titleColor: colours.surface,
    bodyColor: colours.surface,
    bodyFont: { family: FONT },
    displayColors: false,
    callbacks: {
      label: ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
        const series = spec.series[datasetIndex];
        if (series === undefined) return '';
        const at = spec.x === undefined ? dataIndex : placeOf(series.values, dataIndex);
        const value = series.values[at] ?? null;
        return `${series.label}: ${withInterval(value, series.low?.[at], series.high?.[at], spec)}`;
      },
    },
  };
}

/** Where the `drawn`-th value that is there stands among all. */
function placeOf(values: readonly (number | null)[], drawn: number): number {
  let seen = -1;
  return values.findIndex((value) => value !== null && ++seen === drawn);
}

function common(title: string | undefined, colours: ChartColours) {
  return {
    ticks: { color: colours.muted, font: { family: FONT, size: 12 } },
    border: { color: colours.border },
    title: {
      display: title !== undefined,
      text: title ?? '',
      color: colours.muted,
      font: { family: FONT, size: 12 },
    },
  };
}

type Scales = NonNullable<ChartOptions<Kind>['scales']>;

function xAxis(spec: ChartSpec, colours: ChartColours): NonNullable<Scales[string]> {
  const base = common(spec.xTitle, colours);
  if (spec.kind === 'scatter') {
    const [min, max] = spec.xRange ?? [0, 100];
    return { ...base, type: 'linear', min, max, grid: { color: colours.border } };
  }
  if (spec.x !== undefined) return { ...base, type: 'linear', grid: { display: false } };
  return { ...base, type: 'category', grid: { display: false }, ticks: { ...base.ticks, maxRotation: 0 } };
}

/** The library cuts off the start of a name that is too long for a narrow chart; its end is what one can do without. */
function shortened(name: string, chartPx: number): string {
  const most = Math.floor((chartPx * NAMES_SHARE) / CHARACTER_PX);
  return name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name;
}

/** Names of the rows stand in full where there is room: a plot of many probes is as tall as it needs to be. */
function rowAxis(colours: ChartColours): NonNullable<Scales[string]> {
  const base = common(undefined, colours);
  return {
    ...base,
    type: 'category',
    grid: { display: false },
    ticks: {
      ...base.ticks,
      autoSkip: false,
      callback(value) {
        return shortened(this.getLabelForValue(Number(value)), this.chart.width);
      },
    },
  };
}

/** The library makes room for values; intervals are ours, and must not stick out of the plot. */
function suggested({ series, decimals }: ChartSpec): Partial<ScaleOptionsByType<'linear'>> {
  const ends = series.flatMap(({ low = [], high = [] }) => [...low, ...high]).filter((end) => end !== null);
  if (ends.length === 0) return {};
  const low = ends.reduce((least, end) => Math.min(least, end));
  const high = ends.reduce((most, end) => Math.max(most, end));
  const span = decimals === undefined ? 0 : LEAST_UNITS / 10 ** decimals;
  const wider = Math.max(0, span - (high - low)) / 2;
  return { suggestedMin: low - wider, suggestedMax: high + wider };
}

function valueAxis(spec: ChartSpec, colours: ChartColours): NonNullable<Scales[string]> {
  const base = common(spec.yTitle, colours);
  const ends: Partial<ScaleOptionsByType<'linear'>> = {};
  if (spec.yMin !== undefined) ends.min = spec.yMin;
  if (spec.yMax !== undefined) ends.max = spec.yMax;
  return {
    ...base,
    ...suggested(spec),
    ...ends,
    type: 'linear',
    beginAtZero: spec.fromZero !== false,
    ticks: { ...base.ticks, maxTicksLimit: 7, callback: (value) => tickText(Number(value), spec) },
    grid: { color: colours.border },
  };
}
