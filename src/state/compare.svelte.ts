import { untrack } from 'svelte';
import { toAppError, type AppError } from '../core/errors.ts';
import type { Store } from '../storage/types.ts';
import { openRun } from './open-run.ts';
import type { CompareState, OpenRun, Progress } from './types.ts';

export class Compare implements CompareState {
  readonly #store: Store;
  #chosen = $state.raw<readonly OpenRun[]>([]);
  #loading = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();
  #wanted: readonly string[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get chosen(): readonly OpenRun[] {
    return this.#chosen;
  }

  get loading(): Progress | undefined {
    return this.#loading;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** Untracked: an effect of the screen that calls it must not come to depend on what it sets off. */
  choose(runIds: readonly string[]): Promise<void> {
    return untrack(() => this.#choose(runIds));
  }

  async #choose(runIds: readonly string[]): Promise<void> {
    this.#wanted = runIds;
    this.#error = undefined;
    this.#chosen = this.#chosen.filter(({ run }) => runIds.includes(run.id));
    try {
      for (const [index, runId] of runIds.entries()) {
        if (!this.#chosen.some(({ run }) => run.id === runId)) await this.#read(runId, runIds, index);
      }
    } catch (thrown) {
      if (this.#wanted === runIds) this.#error = toAppError(thrown);
    } finally {
      if (this.#wanted === runIds) this.#loading = undefined;
    }
  }

  async #read(runId: string, runIds: readonly string[], index: number): Promise<void> {
    for await (const open of openRun(this.#store, runId)) {
      if (this.#wanted !== runIds) return;
      const fraction = (index + (open.loading?.fraction ?? 1)) / runIds.length;
      this.#loading = { what: `Reading ${open.run.title}`, fraction };
      if (open.loading !== undefined) continue;
      const others = this.#chosen.filter(({ run }) => run.id !== runId);
      this.#chosen = [...others, open].sort((a, b) => runIds.indexOf(a.run.id) - runIds.indexOf(b.run.id));
    }
  }
}
