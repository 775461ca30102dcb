import { AppError, toAppError } from '../core/errors.ts';
import type { Rubric } from '../core/judge/types.ts';
import type { Pack } from '../core/pack/types.ts';
import type { Documents } from '../storage/documents.ts';
import type { Store } from '../storage/types.ts';
import { ownRubrics, type OwnRubric } from './own-documents.ts';
import { bundledPacks, bundledRubrics } from './bundled.ts';
import type { PacksState } from './types.ts';

export class Packs implements PacksState {
  readonly #store: Store;
  readonly #documents: Pick<Documents, 'pack'>;
  #bundled = $state.raw<readonly Pack[]>([]);
  #own = $state.raw<readonly Pack[]>([]);
  #bundledRubrics = $state.raw<readonly Rubric[]>([]);
  #ownRubrics = $state.raw<readonly OwnRubric[]>([]);
  #error = $state.raw<AppError | undefined>();
  readonly #all = $derived([...this.#bundled, ...this.#own]);
  readonly #rubrics = $derived([...this.#bundledRubrics, ...this.#ownRubrics.map(({ rubric }) => rubric)]);

  /** `documents` reads the bundled packs. */
  constructor(store: Store, documents: Pick<Documents, 'pack'>) {
    this.#store = store;
    this.#documents = documents;
  }

  get packs(): readonly Pack[] {
    return this.#all;
  }

  get rubrics(): readonly Rubric[] {
    return this.#rubrics;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  async open(): Promise<void> {
    const read = async (text: string, file: string): Promise<Pack> =>
      (await this.#documents.pack(text, file)).pack;
    [this.#bundled, this.#bundledRubrics] = await Promise.all([bundledPacks(read), bundledRubrics()]);
    await this.refresh();
  }

  /** The user's own rubrics, with the hash of the stored text of each. */
  get ownRubrics(): readonly OwnRubric[] {
    return this.#ownRubrics;
  }

  /** Reads the stored packs and rubrics again, after a run or an import has stored some. */
  async refresh(): Promise<void> {
    const stored = await this.#store.listPacks();
    this.#own = stored.filter((pack) => !this.isBundled(pack.hash));
    this.#ownRubrics = await ownRubrics(this.#store);
  }

  isBundled(hash: string): boolean {
    return this.#bundled.some((pack) => pack.hash === hash);
  }

  /** By hash, or by the id of a bundled pack. */
  find(id: string): Pack | undefined {
    return this.#all.find((pack) => pack.hash === id) ?? this.#bundled.find((pack) => pack.id === id);
  }

  async remove(hash: string): Promise<void> {
    try {
      const runs = await this.#store.listRuns();
      const used = runs.filter((run) => run.spec.packs.includes(hash)).length;
      if (used > 0) {
        const title = this.find(hash)?.title ?? hash;
        const [need, those] =
          used === 1 ? ['1 stored run needs', 'that run'] : [`${used} stored runs need`, 'those runs'];
        const message = `“${title}” stays: ${need} it. Delete ${those} on the Results screen first.`;
        throw new AppError('invalid-option', message);
      }
      await this.#store.deletePack(hash);
      await this.refresh();
    } catch (thrown) {
      this.#error = toAppError(thrown);
    }
  }

  dismissError(): void {
    this.#error = undefined;
  }
}
