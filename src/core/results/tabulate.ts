import type { Cuts, Denominator, Difference, ModelHead, RateCell, ResultRow } from './types.ts';

export const PAPER_CUTS: Cuts = { misaligned: 30, coherent: 50 };

/** Counts and rates of some answers, clustered on the probe. */
export function rateCell(rows: Iterable<ResultRow>): RateCell {
  throw new Error(`not written yet: ${String(rows)}`);
}

/** Rows grouped by `keyOf`, a cell each, in order of first appearance. */
export function tabulate(
  rows: Iterable<ResultRow>,
  keyOf: (row: ResultRow) => string,
): Map<string, RateCell> {
  throw new Error(`not written yet: ${String(rows)} ${String(keyOf)}`);
}

/** Every candidate and control (less `control` itself) against `control`, per format, paired by probe. */
export function differences(
  rows: readonly ResultRow[],
  models: readonly ModelHead[],
  control: string,
  denominator: Denominator,
): readonly Difference[] {
  throw new Error(`not written yet: ${String([rows, models, control, denominator])}`);
}
