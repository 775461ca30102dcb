import { SvelteMap } from 'svelte/reactivity';
import type { FoundModel, ImportChoice } from '../../../core/recognise/types.ts';
import { tooLarge, type Room } from './room.ts';
import { choicesOf, conflicts, firstChoice, including, unitsOf, type Chosen, type Unit } from './units.ts';

/** What the user has chosen of a review so far; it begins with the best of everything that can be added. */
export class ReviewChoices {
  readonly units: readonly Unit[];
  readonly #found: readonly FoundModel[];
  readonly #room: Room;
  readonly #chosen = new SvelteMap<string, Chosen>();
  link = $state(false);

  constructor(found: readonly FoundModel[], room: Room) {
    this.#found = found;
    this.#room = room;
    this.units = unitsOf(found);
  }

  of(unit: Unit): Chosen {
    return (
      this.#chosen.get(unit.key) ?? firstChoice(unit, (option) => tooLarge(option, this.#room) === undefined)
    );
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
