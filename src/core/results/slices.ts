import type { PlanGroup } from '../run/types.ts';
import { cellKey } from './cell-key.ts';

/** The same tally for each model, by format and by domain, and over everything. Made when a group first asks for them. */
export class Slices<T> {
  readonly byModel = new Map<string, T>();
  /** Key: `cellKey(model, format)`. */
  readonly byFormat = new Map<string, T>();
  /** Key: `cellKey(model, domain)`. */
  readonly byDomain = new Map<string, T>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** The tallies that an answer of this model to this group goes into. */
  of(model: string, { format, domain }: Pick<PlanGroup, 'format' | 'domain'>): readonly T[] {
    return [
      this.#at(this.byModel, model),
      this.#at(this.byFormat, cellKey(model, format.id)),
      this.#at(this.byDomain, cellKey(model, domain)),
    ];
  }

  get empty(): boolean {
    return this.byModel.size === 0;
  }

  #at(tallies: Map<string, T>, key: string): T {
    const found = tallies.get(key);
    if (found !== undefined) return found;
    const made = this.#make();
    tallies.set(key, made);
    return made;
  }
}
