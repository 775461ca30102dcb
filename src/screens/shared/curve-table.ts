import { CUTS, type Curve } from '../../core/results/thresholds.ts';
import type { Estimate } from '../../core/results/types.ts';
import type { TableColumn, TableRow } from '../../ui/table-types.ts';
import { countCell } from './cells.ts';
import { shareCell } from './shares.ts';

/** One curve to draw. */
export interface CurveLine {
  readonly key: string;
  readonly label: string;
  readonly colour: number;
  readonly curve: Curve;
}

export interface DrawnCurve extends CurveLine {
  /** One for each of `CUTS`. */
  readonly shares: readonly (Estimate | undefined)[];
}

/** The cuts that stand in the table; the chart and its own table have all. */
const SHOWN = [10, 20, 25, 30, 35, 40, 50];

export function curveTable(drawn: readonly DrawnCurve[]): {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
} {
  return {
    columns: [
      { label: 'Model' },
      ...SHOWN.map((cut) => ({ label: `Below ${cut}`, numeric: true })),
      {
        label: 'Score 25 to 35',
        numeric: true,
        hint: 'Answers near the cut of 30, of those with both scores',
      },
    ],
    rows: drawn.map(({ key, label, curve, shares }) => ({
      key,
      cells: [
        { text: label },
        ...SHOWN.map((cut) =>
          shareCell(shares[CUTS.indexOf(cut)], 'Nothing to take a share of at this coherence.'),
        ),
        { ...countCell(curve.near.near), note: `of ${curve.near.scored} answers with both scores` },
      ],
    })),
  };
}
