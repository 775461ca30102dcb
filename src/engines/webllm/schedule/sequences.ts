import { AppError } from '../../../core/errors.ts';
import type { DeviceModel, SequenceId } from '../device-model.ts';

/** A fork copies the page in which it leaves its parent, and may split it there. */
const FORK_PAGES = 2;

/**
 * Gives out sequences of a model, each with the room that it may grow to. Room is counted as if nothing were shared, so that the
 * cache can never run out in the middle of a step: what runs out there takes the whole model with it.
 */
export class Sequences {
  readonly #model: DeviceModel;
  readonly #free: SequenceId[];
  readonly #leases = new Map<SequenceId, { readonly pages: number; live: boolean }>();
  #pages: number;
  #lost = false;

  constructor(model: DeviceModel) {
    this.#model = model;
    this.#pages = model.limits.pages;
    this.#free = Array.from({ length: model.limits.sequences }, (_, id) => id);
  }

  /** Pages that a sequence of so many tokens may take. */
  pagesFor(tokens: number): number {
    return (
      Math.ceil(tokens / this.#model.limits.pageTokens) + (this.#model.fork === undefined ? 0 : FORK_PAGES)
    );
  }

  /** A sequence that may grow by `tokens` tokens of its own; undefined where there is no room now. It holds nothing yet. */
  lease(tokens: number): SequenceId | undefined {
    const pages = this.pagesFor(tokens);
    const id = pages <= this.#pages ? this.#free.pop() : undefined;
    if (id === undefined) return undefined;
    this.#pages -= pages;
    this.#leases.set(id, { pages, live: false });
    return id;
  }

  /** Starts a leased sequence: empty, or as the first tokens of another. */
  begin(id: SequenceId, from?: { readonly id: SequenceId; readonly tokens: number }): void {
    const lease = this.#leases.get(id);
    if (lease === undefined || lease.live) throw new AppError('internal', `sequence ${id} cannot be started`);
    if (from === undefined) this.#model.add(id);
    else if (this.#model.fork === undefined) throw new AppError('internal', 'expected a model that can fork');
    else this.#model.fork(from.id, id, from.tokens);
    lease.live = true;
  }

  /** Empties a started sequence; its room stays leased. */
  reset(id: SequenceId): void {
    const lease = this.#leases.get(id);
    if (lease?.live !== true) return;
    lease.live = false;
    if (!this.#lost) this.#model.remove(id);
  }

  /** The model has failed: nothing more is asked of it. */
  abandon(): void {
    this.#lost = true;
  }

  close(id: SequenceId): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.reset(id);
    this.#leases.delete(id);
    this.#free.push(id);
    this.#pages += lease.pages;
  }
}
