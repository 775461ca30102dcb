import type { JudgeCheck } from '../results/judge-check.ts';
import { pairedProbes } from '../results/pairs.ts';
import type { Measures } from '../results/measures.ts';
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
  /** Names and versions of what read the code in answers. */
  readonly analysers: readonly string[];
}

export function figuresOfSummary(summary: Summary): Figures {
  const { rows, intervals, judgeCheck, differences, scans } = summary;
  return {
    ...{ rows, intervals, judgeCheck },
    controls: [...new Set(differences.map(({ control }) => control))],
    tested: differences.some(({ adjusted }) => adjusted !== null),
    analysers: [...new Set(scans.flatMap(({ analysers }) => analysers))].sort(),
  };
}

/** Tables of a run; keys: `cellKey(model, format)`. */
export interface Tables {
  readonly cells: ReadonlyMap<string, RateCell>;
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly measures: Pick<Measures, 'scans'>;
}

/** The same from tables that are there already. */
export function figuresOf(run: RunRecord, tables: Tables, check: JudgeCheck | undefined): Figures {
  const { cells, tallies, measures } = tables;
  const { scans } = measures;
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
    analysers: [...new Set([...scans.byModel.values()].flatMap(({ analysers }) => [...analysers]))].sort(),
  };
}
