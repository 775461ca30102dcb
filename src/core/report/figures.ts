import type { JudgeCheck } from '../results/judge-check.ts';
import { pairedProbes } from '../results/pairs.ts';
import type { Tally } from '../results/tabulate.ts';
import type { RateCell } from '../results/types.ts';
import type { RunRecord } from '../run/types.ts';
import { checkOf, intervalsOf, pairsOf, rowsOf, type Summary } from './summary.ts';

/** What the methods say of a run's figures: less than a summary, and made without testing any difference. */
export interface Figures extends Pick<Summary, 'rows' | 'intervals' | 'judgeCheck'> {
  /** Labels of the models that differences are taken from. */
  readonly controls: readonly string[];
  /** Whether differences have p-values. */
  readonly tested: boolean;
}

export function figuresOfSummary({ rows, intervals, judgeCheck, differences }: Summary): Figures {
  return {
    ...{ rows, intervals, judgeCheck },
    controls: [...new Set(differences.map(({ control }) => control))],
    tested: differences.some(({ adjusted }) => adjusted !== null),
  };
}

/** The same from tables that are there already. Keys: `cellKey(model, format)`. */
export function figuresOf(
  run: RunRecord,
  cells: ReadonlyMap<string, RateCell>,
  tallies: ReadonlyMap<string, Tally>,
  check: JudgeCheck | undefined,
): Figures {
  const pairs = pairsOf(run, tallies).map(({ control, ours, theirs }) => ({
    control,
    probes: Math.max(
      ...(['all', 'coherent'] as const).map(
        (of) => pairedProbes(ours.clusters(of), theirs.clusters(of)).length,
      ),
    ),
  }));
  const compared = pairs.filter(({ probes }) => probes > 0);
  return {
    rows: rowsOf(run, cells),
    intervals: intervalsOf(cells.values()),
    judgeCheck: checkOf(run, check),
    controls: [...new Set(compared.map(({ control }) => control))],
    tested: compared.some(({ probes }) => probes > 1),
  };
}
