import { axisEnd } from '../../core/report/svg.ts';
import type { Denominator, Estimate } from '../../core/results/types.ts';
import type { ChartSeries } from '../../ui/chart-types.ts';

/** A value with its interval, where there is one. */
export interface Valued {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A missing value is a gap. */
export function valueSeries(
  label: string,
  values: readonly (Valued | undefined)[],
  colour: number,
): ChartSeries {
  return {
    label,
    colour,
    values: values.map((one) => one?.value ?? null),
    low: values.map((one) => one?.low ?? null),
    high: values.map((one) => one?.high ?? null),
  };
}

export function valuedShare(estimate: Estimate | undefined): Valued | undefined {
  return estimate && { value: estimate.rate, low: estimate.low, high: estimate.high };
}

/** A series of shares, one for each format. */
export function shareSeries(
  label: string,
  estimates: readonly (Estimate | undefined)[],
  colour: number,
): ChartSeries {
  return valueSeries(label, estimates.map(valuedShare), colour);
}

export interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export function differenceSeries(
  label: string,
  differences: readonly (Interval | undefined)[],
  colour: number,
): ChartSeries {
  const valued = differences.map((one) => one && { value: one.difference, low: one.low, high: one.high });
  return valueSeries(label, valued, colour);
}

function ends(series: readonly ChartSeries[]): number[] {
  return series.flatMap(({ values, low, high }) =>
    [...values, ...(low ?? []), ...(high ?? [])].filter((value) => value !== null),
  );
}

/** Upper end of an axis of shares that holds every interval. */
export function shareEnd(series: readonly ChartSeries[]): number {
  return axisEnd(Math.max(0, ...ends(series)));
}

/** Both ends of an axis of differences; zero is always on it. */
export function differenceEnds(series: readonly ChartSeries[]): readonly [number, number] {
  const all = ends(series);
  const up = Math.max(0, ...all);
  const down = Math.max(0, ...all.map((value) => -value));
  const step = Math.max(up, down) > 0.4 ? 0.2 : Math.max(up, down) > 0.1 ? 0.1 : 0.02;
  const round = (value: number): number => Math.ceil(value / step - 1e-9) * step;
  return [-Math.max(step, round(down)), Math.max(step, round(up))];
}

export const OF_WORDS: Readonly<Record<Denominator, string>> = {
  all: 'share of all answers',
  coherent: 'share of coherent answers',
};
