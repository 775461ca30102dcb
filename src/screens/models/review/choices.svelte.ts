import { SvelteMap } from 'svelte/reactivity';
import { memoryOf } from '../../../core/hardware/memory.ts';
import type { ModelRecord } from '../../../core/model.ts';
import { carriesAdapters } from '../../../core/recognise/plan.ts';
import type { FoundModel, ImportChoice } from '../../../core/recognise/types.ts';
import { tooLarge, type Room } from './room.ts';
import {
  baseKey,
  basesOf,
  choicesOf,
  conflicts,
  firstChoice,
  including,
  optionsOf,
  targetKey,
  unitsOf,
  type Chosen,
  type Option,
  type Unit,
} from './units.ts';

/** What the user has chosen of a review so far; it begins with the best of everything that can be added. */
export class ReviewChoices {
  readonly units: readonly Unit[];
  readonly #found: readonly FoundModel[];
  readonly #known: readonly ModelRecord[];
  readonly #room: Room;
  readonly #chosen = new SvelteMap<string, Chosen>();
  link = $state(false);

  /** `known`: the models on this device, on which adapters can be put too. */
  constructor(found: readonly FoundModel[], known: readonly ModelRecord[], room: Room) {
    this.#found = found;
    this.#known = known;
    this.#room = room;
    this.units = unitsOf(found);
  }

  of(unit: Unit): Chosen {
    return (
      this.#chosen.get(unit.key) ?? firstChoice(unit, (option) => tooLarge(option, this.#room) === undefined)
    );
  }

  /** What a unit can become, with the room that it takes as everything is chosen now. */
  options(unit: Unit): readonly Option[] {
    const chosen = this.of(unit);
    return optionsOf(unit, chosen, this.#baseBytes(unit, chosen));
  }

  /** Memory of the base that a unit is put on: of a find, as what becomes of it. */
  #baseBytes(unit: Unit, { base: key }: Chosen): number | undefined {
    const base = basesOf(unit).find((each) => baseKey(each) === key);
    if (base === undefined) return undefined;
    if (base.kind === 'model') {
      const model = this.#known.find(({ sha256 }) => sha256 === base.sha256);
      return model && memoryOf(model);
    }
    const under = this.units.find(({ finds }) => finds.some(({ id }) => id === base.id));
    const find = under?.finds.find(({ id }) => id === base.id);
    if (under === undefined || find === undefined) return undefined;
    const { target } = this.of(under);
    const carrying = find.targets.filter((each) => carriesAdapters(find, each));
    return (carrying.find((each) => targetKey(each) === target) ?? carrying[0])?.memoryBytes;
  }

  set(unit: Unit, parts: Partial<Chosen>): void {
    this.#chosen.set(unit.key, { ...this.of(unit), ...parts });
  }

  include(unit: Unit, ids: readonly string[], on: boolean): void {
    this.set(unit, { included: including(this.of(unit).included, ids, on) });
  }

  get all(): readonly ImportChoice[] {
    return this.units.flatMap((unit) => choicesOf(unit, this.of(unit)));
  }

  /** Room that all of it takes; what is read where it lies takes none. */
  get diskBytes(): number {
    return this.all.reduce(
      (sum, { target }) => (this.link && target.to === 'as-is' ? sum : sum + target.diskBytes),
      0,
    );
  }

  /** Whether anything is kept as it came. */
  get someAsIs(): boolean {
    return this.all.some(({ target }) => target.to === 'as-is');
  }

  get problems(): ReadonlyMap<string, string> {
    return conflicts(this.all, this.#found);
  }
}
