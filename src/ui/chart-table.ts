import { isDense } from './chart-data.ts';
import { valueText } from './chart-format.ts';
import type { ChartSeries, ChartSpec } from './chart-types.ts';
import { bin } from './density.ts';
import type { TableCell, TableColumn, TableRow } from './table-types.ts';

export interface ChartTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** What the table leaves out, if anything. */
  readonly omitted?: string;
}

/** More points than this are counted in bands of ten instead of being listed. */
const LISTED = 200;

/** The numbers of a chart as a table: the same content for those who cannot or do not want to see the picture. */
export function chartTable(spec: ChartSpec): ChartTable {
  return spec.kind === 'scatter' ? scatterTable(spec) : valuesTable(spec);
}

function valuesTable(spec: ChartSpec): ChartTable {
  const columns: TableColumn[] = [
    { label: spec.labelTitle ?? spec.xTitle ?? 'Group' },
    { label: 'Series' },
    { label: spec.yTitle ?? 'Value', numeric: true },
  ];
  const intervals = spec.series.some((series) => series.low !== undefined);
  if (intervals) columns.push({ label: 'Lower end', numeric: true }, { label: 'Upper end', numeric: true });
  const rows = spec.labels.flatMap((label, at) =>
    spec.series.map((series, index) => ({
      key: `${at}/${index}`,
      group: index === 0,
      cells: [{ text: label }, { text: series.label }, ...numbers(series, at, intervals, spec)],
    })),
  );
  return { columns, rows };
}

function numbers(series: ChartSeries, at: number, intervals: boolean, spec: ChartSpec): TableCell[] {
  const cell = (value: number | null): TableCell =>
    value === null
      ? { text: '–', value: null, note: 'There is no number here.' }
      : { text: valueText(value, spec), value };
  const value = cell(series.values[at] ?? null);
  return intervals ? [value, cell(series.low?.[at] ?? null), cell(series.high?.[at] ?? null)] : [value];
}

function scatterTable(spec: ChartSpec): ChartTable {
  const points = spec.points ?? [];
  const label = (index: number): string => spec.series[index]?.label ?? '';
  const x = spec.xTitle ?? 'x';
  const y = spec.yTitle ?? 'y';
  if (points.length <= LISTED && !isDense(spec))
    return {
      columns: [{ label: 'Series' }, { label: x, numeric: true }, { label: y, numeric: true }],
      rows: points.map((point, at) => ({
        key: String(at),
        cells: [{ text: label(point.series) }, exact(point.x), exact(point.y)],
      })),
    };
  const [min, max] = spec.xRange ?? [0, 100];
  const half = (max - min) / 20;
  const band = (middle: number): string => `${middle - half} to ${middle + half}`;
  return {
    columns: [{ label: 'Series' }, { label: x }, { label: y }, { label: 'Points', numeric: true }],
    rows: bin(points, spec.series.length, { min, max }, 10).map((cell, at) => ({
      key: String(at),
      cells: [
        { text: label(cell.series) },
        { text: band(cell.x) },
        { text: band(cell.y) },
        { text: cell.count.toLocaleString('en'), value: cell.count },
      ],
    })),
    omitted: 'Counted in bands of ten; bands without a point are left out.',
  };
}

function exact(value: number): TableCell {
  return { text: value.toFixed(1), value };
}
