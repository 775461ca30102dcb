import { escape, percentText, pointsText } from './markup.ts';

/** A value with its interval; null is a gap. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface BarSeries {
  readonly label: string;
  /** One for each label of the chart. */
  readonly values: readonly Interval[];
}

const WIDTH = 860;
const HEIGHT = 300;
const LEFT = 52;
const TOP = 12;
const BOTTOM = 34;
export const SERIES_STYLES = 8;

/** A round end for an axis of shares: the least of these that holds everything. */
export function axisEnd(most: number): number {
  return [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1].find((end) => most <= end) ?? 1;
}

function at(value: number): string {
  return value.toFixed(1);
}

/** Hatch patterns `p0`..`p7`, coloured by the classes `s0`..`s7`; put once into a page. */
export function patternDefs(): string {
  const lines = [
    '',
    '<path d="M-2 2 2-2M-2 10 10-2M6 10 10 6"/>',
    '<circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>',
    '<path d="M0 2H8M0 6H8"/>',
    '<path d="M-2 6 2 10M-2-2 10 10M6-2 10 2"/>',
    '<path d="M0 4H8M4 0V8"/>',
    '<path d="M2 0V8M6 0V8"/>',
    '<path d="M0 0H4V4H0zM4 4H8V8H4z"/>',
  ];
  const patterns = lines.map(
    (inner, index) =>
      `<pattern id="p${index}" width="8" height="8" patternUnits="userSpaceOnUse" class="s${index}">` +
      `<rect width="8" height="8" class="${index === 0 ? 'full' : 'pale'}"/>${inner}</pattern>`,
  );
  return `<svg width="0" height="0" aria-hidden="true" class="defs"><defs>${patterns.join('')}</defs></svg>`;
}

/** Grouped bars of shares with their intervals, an axis in per cent from zero. */
export function groupedBars(title: string, labels: readonly string[], series: readonly BarSeries[]): string {
  const tops = series.flatMap(({ values }) => values.map(({ value, high }) => high ?? value ?? 0));
  const end = axisEnd(Math.max(0, ...tops));
  const y = (share: number): number => HEIGHT - BOTTOM - (share / end) * (HEIGHT - BOTTOM - TOP);
  const group = (WIDTH - LEFT) / Math.max(1, labels.length);
  const bar = Math.min(56, (group * 0.8) / Math.max(1, series.length));
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const share = part * end;
    const label = `${String(Math.round(share * 1000) / 10)}%`;
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${at(y(share))}" y2="${at(y(share))}"/>` +
      `<text class="tick" x="${LEFT - 8}" y="${at(y(share) + 4)}" text-anchor="end">${label}</text>`
    );
  });
  const bars = labels.flatMap((label, place) => {
    const middle = LEFT + (place + 0.5) * group;
    const name = `<text class="label" x="${at(middle)}" y="${HEIGHT - 10}" text-anchor="middle">${escape(label)}</text>`;
    return [
      name,
      ...series.map((one, index) => {
        const left = middle - (series.length * bar) / 2 + index * bar;
        const value = one.values[place] ?? { value: null, low: null, high: null };
        return oneBar(`${one.label}, ${label}`, value, index, left, bar, y);
      }),
    ];
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">` +
    `${grid.join('')}${bars.join('')}</svg>`
  );
}

function oneBar(
  name: string,
  { value, low, high }: Interval,
  index: number,
  left: number,
  width: number,
  y: (share: number) => number,
): string {
  const middle = left + width / 2;
  if (value === null)
    return `<text class="tick" x="${at(middle)}" y="${at(y(0) - 5)}" text-anchor="middle">–</text>`;
  const interval = low === null || high === null ? '' : ` (${percentText(low)} to ${percentText(high)})`;
  const style = index % SERIES_STYLES;
  const rect =
    `<rect class="bar s${style}" fill="url(#p${style})" x="${at(left + 1)}" width="${at(Math.max(1, width - 2))}" ` +
    `y="${at(y(value))}" height="${at(y(0) - y(value))}">` +
    `<title>${escape(`${name}: ${percentText(value)}${interval}`)}</title></rect>`;
  return rect + (low === null || high === null ? '' : whisker(middle, y(low), y(high)));
}

function whisker(x: number, low: number, high: number): string {
  const path = `M${at(x)} ${at(low)}V${at(high)}M${at(x - 4)} ${at(low)}h8M${at(x - 4)} ${at(high)}h8`;
  return `<path class="halo" d="${path}"/><path class="whisker" d="${path}"/>`;
}

export interface DifferenceMark {
  readonly label: string;
  readonly series: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const ROW = 30;
const NAME = 330;

/** One line for each difference: a dot with its interval on an axis of percentage points around zero. */
export function differenceDots(title: string, marks: readonly DifferenceMark[]): string {
  const most = Math.max(0.05, ...marks.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))));
  const end = axisEnd(most);
  const from = marks.some(({ low }) => low < -end / 5) ? -end : -end / 4;
  const x = (value: number): number => NAME + ((value - from) / (end - from)) * (WIDTH - NAME - 30);
  const height = TOP + marks.length * ROW + BOTTOM;
  const foot = height - BOTTOM;
  const ticks = [-1, -0.5, 0, 0.5, 1].filter((part) => part * end >= from);
  const grid = ticks.map((part) => {
    const place = at(x(part * end));
    return (
      `<line class="${part === 0 ? 'zero' : 'grid'}" x1="${place}" x2="${place}" y1="${TOP}" y2="${foot}"/>` +
      `<text class="tick" x="${place}" y="${foot + 18}" text-anchor="middle">${pointsText(part * end)}</text>`
    );
  });
  const dots = marks.map((mark, row) => {
    const y = TOP + (row + 0.5) * ROW;
    const [low, high] = [x(mark.low), x(mark.high)];
    const path = `M${at(low)} ${at(y)}H${at(high)}M${at(low)} ${at(y - 4)}v8M${at(high)} ${at(y - 4)}v8`;
    const text = `${mark.label}: ${pointsText(mark.difference)} points (${pointsText(mark.low)} to ${pointsText(mark.high)})`;
    return (
      `<text class="label" x="${NAME - 14}" y="${at(y + 4)}" text-anchor="end">${escape(mark.label)}</text>` +
      `<path class="whisker" d="${path}"/>` +
      `<circle class="dot s${mark.series % SERIES_STYLES}" cx="${at(x(mark.difference))}" cy="${at(y)}" r="5.5">` +
      `<title>${escape(text)}</title></circle>`
    );
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">` +
    `${grid.join('')}${dots.join('')}</svg>`
  );
}

/** A little square in a series' colour and pattern, for a legend. */
export function swatch(index: number): string {
  const style = index % SERIES_STYLES;
  return (
    `<svg class="swatch" viewBox="0 0 16 12" aria-hidden="true">` +
    `<rect class="bar s${style}" fill="url(#p${style})" x="0.5" y="0.5" width="15" height="11"/></svg>`
  );
}
