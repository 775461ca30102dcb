import { cellKey } from '../results/cell-key.ts';
import { judgeCheck, type JudgeCheck } from '../results/judge-check.ts';
import { Measures } from '../results/measures.ts';
import { Tally } from '../results/tabulate.ts';
import type { ResultRow } from '../results/types.ts';
import type { Plan } from '../run/types.ts';

/** A run's answers, added up in pages of any size, so that a long run can be summed without holding the screen up. */
export class Totals {
  readonly measures: Measures;
  readonly #tallies = new Map<string, Tally>();
  /** Those with an exact label: the judge is checked against all of them together. */
  readonly #keyed: ResultRow[] = [];
  #answers = 0;
  #waiting = 0;

  constructor(plan: Plan) {
    this.measures = new Measures(plan);
  }

  add(rows: Iterable<ResultRow>): void {
    for (const row of rows) {
      this.#answers += 1;
      if (row.outcome === 'waiting') this.#waiting += 1;
      if (row.exact !== undefined) this.#keyed.push(row);
      if (row.onScales) this.#tallyAt(cellKey(row.model, row.format)).add(row);
      this.measures.add(row);
    }
  }

  /** Of answers on the scales; key: `cellKey(model, format)`. */
  get tallies(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  get answers(): number {
    return this.#answers;
  }

  get waiting(): number {
    return this.#waiting;
  }

  check(): JudgeCheck | undefined {
    return judgeCheck(this.#keyed);
  }

  #tallyAt(key: string): Tally {
    const tally = this.#tallies.get(key) ?? new Tally();
    this.#tallies.set(key, tally);
    return tally;
  }
}
