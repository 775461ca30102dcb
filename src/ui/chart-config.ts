import type {
  ChartConfiguration,
  ChartDataset,
  ChartOptions,
  LegendItem,
  Point,
  ScaleOptionsByType,
} from 'chart.js';
import type { ChartSeries, ChartSpec } from './chart-types.ts';
import type { ChartColours } from './chart-theme.ts';
import { tickText, withInterval } from './chart-format.ts';
import { patternOf, shapeOf } from './chart-pattern.ts';
import { MAX_POINTS, densityOf, type DensityCell, type Extent } from './density.ts';

export type Kind = 'bar' | 'scatter' | 'line';
export type Datum = number | null | Point;
export type Config = ChartConfiguration<Kind, Datum[], string>;
type Dataset = ChartDataset<Kind, Datum[]>;

const FONT = 'system-ui, sans-serif';

export function dataOf(spec: ChartSpec, colours: ChartColours): Config['data'] {
  const datasets =
    spec.kind === 'scatter' ? scatter(spec, colours) : spec.series.map(categorical(spec, colours));
  return { labels: [...spec.labels], datasets };
}

function categorical(spec: ChartSpec, colours: ChartColours): (series: ChartSeries, at: number) => Dataset {
  return (series, at) => {
    const index = series.colour ?? at;
    const colour = colourOf(colours, index);
    const common = { label: series.label, data: [...series.values], borderColor: colour };
    if (spec.kind === 'line')
      return {
        ...common,
        type: 'line',
        backgroundColor: colour,
        pointStyle: shapeOf(index),
        pointRadius: 4,
        borderWidth: 2,
        spanGaps: false,
        borderDash: index % 2 === 0 ? [] : [6, 3],
      };
    const points = spec.marks === 'points';
    return {
      ...common,
      type: 'bar',
      backgroundColor: points ? 'transparent' : patternOf(index, colour),
      borderWidth: points ? 0 : 1,
      borderRadius: 2,
      categoryPercentage: 0.78,
      barPercentage: 0.88,
      maxBarThickness: 56,
    };
  };
}

function colourOf(colours: ChartColours, index: number): string {
  return colours.series[index % colours.series.length] ?? colours.text;
}

/** Above `MAX_POINTS` a mark stands for all points in its square, and its area shows how many they are. */
function scatter(spec: ChartSpec, colours: ChartColours): Dataset[] {
  const points = spec.points ?? [];
  const dense = isDense(spec);
  const extent = { min: spec.xRange?.[0] ?? 0, max: spec.xRange?.[1] ?? 100 };
  const cells = dense
    ? sideBySide(spec.series.length, extent, densityOf(points, spec.series.length, extent))
    : points.map((point) => ({ ...point, count: 1 }));
  const most = cells.reduce((max, cell) => Math.max(max, cell.count), 1);
  return spec.series.map((series, at) => {
    const own = cells.filter((cell) => cell.series === at);
    const index = series.colour ?? at;
    const colour = colourOf(colours, index);
    return {
      type: 'scatter',
      clip: false,
      label: series.label,
      data: own.map(({ x, y }) => ({ x, y })),
      borderColor: colour,
      backgroundColor: translucent(colour, dense ? 0.55 : 0.35),
      pointStyle: shapeOf(index),
      pointRadius: dense ? own.map((cell) => 1 + 6 * Math.sqrt(cell.count / most)) : 4,
      pointBorderWidth: dense ? 1 : 1.5,
    };
  });
}

/** Series that share a square stand next to each other in it, so that none hides the others. */
function sideBySide(
  series: number,
  { min, max }: Extent,
  { side, cells }: ReturnType<typeof densityOf>,
): readonly DensityCell[] {
  const width = (0.85 * (max - min)) / side;
  return cells.map((cell) => ({ ...cell, x: cell.x + ((cell.series + 0.5) / series - 0.5) * width }));
}

export function isDense(spec: ChartSpec): boolean {
  return (spec.points?.length ?? 0) > MAX_POINTS;
}

/** A computed colour is `rgb(...)` or another function; both take an alpha after a slash or as a fourth part. */
function translucent(colour: string, alpha: number): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  return parts === null ? colour : `rgba(${parts.slice(1).join(', ')}, ${alpha})`;
}

export function optionsOf(spec: ChartSpec, colours: ChartColours): ChartOptions<Kind> {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    normalized: true,
    layout: { padding: { top: 6, right: 8 } },
    interaction:
      spec.kind === 'scatter' ? { mode: 'nearest', intersect: true } : { mode: 'index', intersect: false },
    scales: { x: xAxis(spec, colours), y: yAxis(spec, colours) },
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
        const value = series.values[dataIndex] ?? null;
        return `${series.label}: ${withInterval(value, series.low?.[dataIndex], series.high?.[dataIndex], spec)}`;
      },
    },
  };
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
  return { ...base, type: 'category', grid: { display: false }, ticks: { ...base.ticks, maxRotation: 0 } };
}

function yAxis(spec: ChartSpec, colours: ChartColours): NonNullable<Scales[string]> {
  const base = common(spec.yTitle, colours);
  const ends: Partial<ScaleOptionsByType<'linear'>> = {};
  if (spec.yMin !== undefined) ends.min = spec.yMin;
  if (spec.yMax !== undefined) ends.max = spec.yMax;
  return {
    ...base,
    ...ends,
    type: 'linear',
    beginAtZero: true,
    ticks: { ...base.ticks, maxTicksLimit: 7, callback: (value) => tickText(Number(value), spec) },
    grid: { color: colours.border },
  };
}
