export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Index of the series it belongs to. */
  readonly series: number;
}

/** Points of one series that fall into one square of a grid. */
export interface DensityCell {
  /** Middle of the square. */
  readonly x: number;
  readonly y: number;
  readonly series: number;
  readonly count: number;
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** More points than this are drawn as squares of a grid. */
export const MAX_POINTS = 3000;

/** Squares drawn at most, so that drawing stays well under 50 ms on a slow machine too. */
export const MAX_MARKS = 1500;

/** Counts points in a grid of `side` x `side` squares for each series. One pass; points outside are clamped in. */
export function bin(
  points: readonly ScatterPoint[],
  series: number,
  extent: Extent,
  side: number,
): DensityCell[] {
  const counts = new Uint32Array(series * side * side);
  const scale = side / (extent.max - extent.min);
  const square = (value: number): number =>
    Math.max(0, Math.min(side - 1, Math.floor((value - extent.min) * scale)));
  for (const point of points) {
    const index = (point.series * side + square(point.y)) * side + square(point.x);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const middle = (at: number): number => extent.min + (at + 0.5) / scale;
  const cells: DensityCell[] = [];
  counts.forEach((count, index) => {
    if (count === 0) return;
    const rest = Math.floor(index / side);
    cells.push({ x: middle(index % side), y: middle(rest % side), series: Math.floor(rest / side), count });
  });
  return cells;
}

/** The finest grid (50, 40, 25, 20 or 10 squares a side) whose filled squares number at most `MAX_MARKS`. */
export function densityOf(
  points: readonly ScatterPoint[],
  series: number,
  extent: Extent,
): { readonly side: number; readonly cells: readonly DensityCell[] } {
  for (const side of [50, 40, 25, 20]) {
    const cells = bin(points, series, extent, side);
    if (cells.length <= MAX_MARKS) return { side, cells };
  }
  return { side: 10, cells: bin(points, series, extent, 10) };
}
