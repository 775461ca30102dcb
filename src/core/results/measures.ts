import { randomPlayer } from '../measure/random-player.ts';
import type { Choice, Game, LabelJudge } from '../pack/types.ts';
import type { Plan, PlanGroup } from '../run/types.ts';
import { ChoiceTally } from './choice-tally.ts';
import { Means } from './clusters.ts';
import { GameTally } from './game-tally.ts';
import { KeyTally, ScanTally } from './key-tally.ts';
import { LabelTally } from './label-tally.ts';
import { Slices } from './slices.ts';
import type { ResultRow } from './types.ts';

export interface LabelMeasure {
  readonly judge: LabelJudge;
  readonly slices: Slices<LabelTally>;
}

type Adder = (row: ResultRow) => void;

/**
 * Everything measured of a run's answers besides alignment and coherence, each by model, format and domain. Rows can be added in slices of
 * any size; what a row goes into is worked out once for each group of the plan.
 */
export class Measures {
  readonly #plan: Plan;
  readonly #labels = new Map<string, LabelMeasure>();
  readonly #scales = new Map<string, Slices<Means>>();
  readonly keys = new Slices(() => new KeyTally());
  readonly scans = new Slices(() => new ScanTally());
  /** Scores from the model's own distribution over 0 to 100. */
  readonly numbers = new Slices(() => new Means());
  /** Choices by letter and by text apart: their log-probabilities are of another size. */
  readonly letters = new Slices(() => new ChoiceTally());
  readonly texts = new Slices(() => new ChoiceTally());
  readonly games = new Slices(() => new GameTally());
  readonly #adders: (readonly Adder[] | undefined)[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get labels(): readonly LabelMeasure[] {
    return [...this.#labels.values()];
  }

  /** By the scale's id. */
  get scales(): ReadonlyMap<string, Slices<Means>> {
    return this.#scales;
  }

  add(row: ResultRow): void {
    const known = this.#adders[row.group];
    const group = this.#plan.groups[row.group];
    if (known === undefined && group === undefined) return;
    const adders = known ?? (this.#adders[row.group] = this.#addersOf(row.model, group));
    for (const add of adders) add(row);
  }

  #addersOf(model: string, group: PlanGroup | undefined): readonly Adder[] {
    if (group === undefined) return [];
    return [
      ...group.labelJudges.map((judge) => this.#labelAdder(model, group, judge)),
      ...group.moreScales.map(({ id }) => this.#scaleAdder(model, group, id)),
      ...(group.knownKey === undefined ? [] : [keyAdder(this.keys.of(model, group))]),
      ...(group.scan === undefined ? [] : [scanAdder(this.scans.of(model, group))]),
      ...this.#taskAdders(model, group),
    ];
  }

  #taskAdders(model: string, group: PlanGroup): readonly Adder[] {
    const { task } = group;
    switch (task.kind) {
      case 'answer':
        return [];
      case 'number':
        return [numberAdder(this.numbers.of(model, group))];
      case 'choice':
        return [choiceAdder(this[task.ask].of(model, group), task.choices)];
      case 'game':
        return [gameAdder(this.games.of(model, group), task.game)];
    }
  }

  /** Judges that ask for the same labels under the same title are one, in whatever pack they stand. */
  #labelAdder(model: string, group: PlanGroup, judge: LabelJudge): Adder {
    const { id, title, labels, counts, among } = judge;
    const key = JSON.stringify([id, title, labels, counts, among]);
    const measure = this.#labels.get(key) ?? { judge, slices: new Slices(() => new LabelTally(judge)) };
    this.#labels.set(key, measure);
    const tallies = measure.slices.of(model, group);
    return ({ probe, labels: readings }) => {
      const reading = readings?.find((each) => each.id === id);
      for (const tally of tallies) tally.add(probe, reading);
    };
  }

  #scaleAdder(model: string, group: PlanGroup, id: string): Adder {
    const slices = this.#scales.get(id) ?? new Slices(() => new Means());
    this.#scales.set(id, slices);
    const tallies = slices.of(model, group);
    return ({ probe, scores }) => {
      const reading = scores?.find((each) => each.id === id);
      if (reading !== undefined) for (const tally of tallies) tally.add(probe, reading.score);
    };
  }
}

function keyAdder(tallies: readonly KeyTally[]): Adder {
  return ({ probe, key }) => {
    if (key !== undefined) for (const tally of tallies) tally.add(probe, key);
  };
}

function scanAdder(tallies: readonly ScanTally[]): Adder {
  return ({ probe, scan }) => {
    if (scan !== undefined) for (const tally of tallies) tally.add(probe, scan);
  };
}

function numberAdder(tallies: readonly Means[]): Adder {
  return ({ probe, measured }) => {
    if (measured?.kind === 'number') for (const tally of tallies) tally.add(probe, measured.score);
  };
}

function choiceAdder(tallies: readonly ChoiceTally[], choices: readonly Choice[]): Adder {
  return ({ probe, measured }) => {
    if (measured?.kind !== 'choice') return;
    for (const tally of tallies) tally.add(probe, choices, measured.choices);
  };
}

function gameAdder(tallies: readonly GameTally[], game: Game): Adder {
  const random = randomPlayer(game);
  return ({ probe, measured }) => {
    if (measured?.kind !== 'game') return;
    for (const tally of tallies) tally.add(probe, measured, random);
  };
}
