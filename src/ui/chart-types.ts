import type { ScatterPoint } from './density.ts';

export interface ChartSeries {
  readonly label: string;
  /** One value for each label of the chart; null is a gap. */
  readonly values: readonly (number | null)[];
  /** Ends of the interval around each value. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  /** Which of the eight series colours and patterns; its place in the list when absent. */
  readonly colour?: number;
}

/** A dashed line across the plot, e.g. a cut or a zero line. */
export interface ReferenceLine {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly label: string;
}

export interface ChartSpec {
  readonly kind: 'bar' | 'scatter' | 'line';
  readonly title: string;
  /** What there is to see, in a sentence or two; read out in place of the picture. */
  readonly description: string;
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** For `scatter`; the `values` of its series are not used. */
  readonly points?: readonly ScatterPoint[];
  /** For `bar`: a mark at the value in place of a bar from zero; for differences. */
  readonly marks?: 'bars' | 'points';
  /** For `bar` with marks: one line below the other for each label, values to the right. */
  readonly horizontal?: boolean;
  /** For `line`: where each label stands on a numbered horizontal axis; side by side when absent. */
  readonly x?: readonly number[];
  /** For `line`: intervals as a shaded band instead of a bar at each value. */
  readonly bands?: boolean;
  readonly lines?: readonly ReferenceLine[];
  /** Whether zero is on the value axis in any case; yes when absent. */
  readonly fromZero?: boolean;
  readonly yMin?: number;
  readonly yMax?: number;
  /** Both ends of the horizontal axis, for `scatter`. */
  readonly xRange?: readonly [number, number];
  /** Values are fractions, shown as percentages. */
  readonly percent?: boolean;
  /** Differences of percentages: shown in percentage points, with their sign. */
  readonly signed?: boolean;
  /** Decimals of plain values; one at most when absent. */
  readonly decimals?: number;
  readonly yTitle?: string;
  readonly xTitle?: string;
  /** Heading of the first column of the table; `Group` when absent. */
  readonly labelTitle?: string;
}
