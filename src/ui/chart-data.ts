import type { ChartConfiguration, ChartDataset, Point } from 'chart.js';
import { patternOf, shapeOf } from './chart-pattern.ts';
import type { ChartColours } from './chart-theme.ts';
import type { ChartSeries, ChartSpec } from './chart-types.ts';
import { MAX_POINTS, densityOf, type DensityCell, type Extent } from './density.ts';

export type Kind = 'bar' | 'scatter' | 'line';
export type Datum = number | null | Point;
export type Config = ChartConfiguration<Kind, Datum[], string>;
type Dataset = ChartDataset<Kind, Datum[]>;

/** Every series has its own: colour is never the only difference. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
/** On a line with a band, which has many points, only every fifth is marked. */
const MARK_EVERY = 5;

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
        ...(spec.x === undefined ? {} : { data: placed(spec.x, series.values) }),
        type: 'line',
        backgroundColor: colour,
        pointStyle: shapeOf(index),
        pointRadius: spec.bands === true ? series.values.map((_, at) => (at % MARK_EVERY === 0 ? 4 : 0)) : 4,
        borderWidth: 2,
        spanGaps: false,
        borderDash: [...(DASHES[index % DASHES.length] ?? [])],
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

/** A point without a value is left out: on a numbered axis the line goes on to the next one. */
function placed(x: readonly number[], values: readonly (number | null)[]): Point[] {
  return values.flatMap((y, at) => (y === null ? [] : [{ x: x[at] ?? 0, y }]));
}

export function colourOf(colours: ChartColours, index: number): string {
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
export function translucent(colour: string, alpha: number): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  return parts === null ? colour : `rgba(${parts.slice(1).join(', ')}, ${alpha})`;
}
