import type { Phase, RunEvent } from '../core/run/events.ts';
import { rowOf } from '../core/results/outcome.ts';
import { Tally } from '../core/results/tabulate.ts';
import { verdictsExpected } from '../core/run/conduct.ts';
import { placeOf } from '../core/run/plan.ts';
import type { ResultRow } from '../core/results/types.ts';
import type { Answer, Plan, RunRecord } from '../core/run/types.ts';
import type { LiveRun } from './types.ts';

/** Time left at the pace of this sitting: the slower of asking and judging, which go on at the same time. */
export function timeLeft(
  elapsedMs: number,
  stages: readonly { readonly done: number; readonly left: number }[],
): number | undefined {
  const times = stages.map(({ done, left }) =>
    left === 0 ? 0 : done === 0 ? Infinity : elapsedMs === 0 ? Infinity : (elapsedMs / done) * left,
  );
  const most = Math.max(...times);
  return Number.isFinite(most) ? most : undefined;
}

/** Words of the two steps, where asking and judging do not go on at once. */
const STEP: Readonly<Record<Phase, string>> = { both: '', asking: 'step 1 of 2: ', judging: 'step 2 of 2: ' };

/** Gathers the events of one sitting; `snapshot` gives what the screens show. */
export class LiveTally {
  #run: RunRecord;
  readonly #plan: Plan;
  readonly #now: () => number;
  /** When the first answer or verdict of this sitting came: loading models says nothing about the pace. */
  #pacedFrom: number | undefined;
  /** What was there when this sitting, or its present step, began. */
  #before: { readonly answered: number; readonly judged: number };
  readonly #cells = new Map<string, Tally>();
  #answered: number;
  #judged: number;
  #latest: Answer | undefined;
  #stage = 'starting';
  #phase: Phase = 'both';

  constructor(run: RunRecord, planned: Extract<RunEvent, { type: 'planned' }>, now: () => number) {
    this.#run = run;
    this.#plan = planned.plan;
    this.#now = now;
    this.#before = planned;
    this.#answered = planned.answered;
    this.#judged = planned.judged;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'planned':
        return;
      case 'phase':
        this.#begin(event.phase);
        return;
      case 'loading':
        this.#stage = `${STEP[this.#phase]}loading ${event.model.label}`;
        return;
      case 'asking':
        this.#stage = `${STEP[this.#phase]}asking ${event.model.label}`;
        return;
      case 'answer':
        this.#pacedFrom ??= this.#now();
        this.#answered += 1;
        this.#latest = event.answer;
        if (this.#answered === this.#plan.total && this.#phase === 'both')
          this.#stage = 'judging the last answers';
        return;
      case 'verdict': {
        this.#pacedFrom ??= this.#now();
        this.#judged += 1;
        if (this.#phase === 'judging') this.#stage = `${STEP.judging}judging`;
        this.#add(rowOf(this.#plan, event.verdict.item, event.verdict));
        return;
      }
      case 'run':
        this.#run = event.run;
        if (event.run.status !== 'running') this.#stage = event.run.status;
    }
  }

  /** A step of its own has a pace of its own. */
  #begin(phase: Phase): void {
    this.#phase = phase;
    this.#pacedFrom = undefined;
    this.#before = { answered: this.#answered, judged: this.#judged };
  }

  #timeLeft(): number | undefined {
    const elapsed = this.#pacedFrom === undefined ? 0 : this.#now() - this.#pacedFrom;
    const expected = verdictsExpected(this.#plan);
    const asking = {
      done: this.#answered - this.#before.answered,
      left: this.#plan.total - this.#answered,
    };
    const judging = {
      done: this.#judged - this.#before.judged,
      left: Math.max(0, expected - this.#judged),
    };
    const stages = { both: [asking, judging], asking: [asking], judging: [judging] };
    return timeLeft(elapsed, stages[this.#phase]);
  }

  /** Verdicts that an earlier sitting has stored. */
  include(rows: readonly ResultRow[]): void {
    for (const row of rows) if (row.outcome !== 'waiting') this.#add(row);
  }

  #add(row: ResultRow): void {
    const key = JSON.stringify([row.model, row.format]);
    const tally = this.#cells.get(key) ?? new Tally();
    tally.add(row);
    this.#cells.set(key, tally);
  }

  snapshot(): LiveRun {
    const running = this.#run.status === 'running';
    return {
      run: this.#run,
      plan: this.#plan,
      answered: this.#answered,
      judged: this.#judged,
      total: this.#plan.total,
      elapsedMs: running ? this.#run.elapsedMs + (this.#now() - this.#run.updatedAt) : this.#run.elapsedMs,
      leftMs: running ? this.#timeLeft() : undefined,
      stage: this.#stage,
      latest:
        this.#latest === undefined
          ? undefined
          : { group: placeOf(this.#plan, this.#latest.item).group, text: this.#latest.text },
      cells: this.#liveCells(),
    };
  }

  #liveCells(): LiveRun['cells'] {
    const { models, formats } = this.#plan.spec;
    return models.flatMap(({ sha256: model }) =>
      formats.flatMap(({ id: format }) => {
        const tally = this.#cells.get(JSON.stringify([model, format]));
        return tally === undefined ? [] : [{ model, format, cell: tally.cell() }];
      }),
    );
  }
}
