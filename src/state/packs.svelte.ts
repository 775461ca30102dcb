import { AppError, toAppError } from '../core/errors.ts';
import type { Rubric } from '../core/judge/types.ts';
import { parsePack } from '../core/pack/parse.ts';
import type { Pack } from '../core/pack/types.ts';
import type { Store } from '../storage/types.ts';
import { bundledPacks, bundledRubrics } from './bundled.ts';
import type { PacksState } from './types.ts';

const MAX_PACK_BYTES = 5_000_000;

/** @throws AppError `invalid-pack` for what is not a small UTF-8 text. */
async function readText(file: File): Promise<string> {
  if (file.size > MAX_PACK_BYTES) {
    throw new AppError(
      'invalid-pack',
      `${file.name}: expected at most ${MAX_PACK_BYTES} bytes, got ${file.size}`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (cause) {
    throw new AppError('invalid-pack', `${file.name}: expected UTF-8 text, got other bytes`, { cause });
  }
}

export class Packs implements PacksState {
  readonly #store: Store;
  #bundled = $state.raw<readonly Pack[]>([]);
  #own = $state.raw<readonly Pack[]>([]);
  #rubrics = $state.raw<readonly Rubric[]>([]);
  #error = $state.raw<AppError | undefined>();
  readonly #all = $derived([...this.#bundled, ...this.#own]);

  constructor(store: Store) {
    this.#store = store;
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
    [this.#bundled, this.#rubrics] = await Promise.all([bundledPacks(), bundledRubrics()]);
    await this.refresh();
  }

  /** Reads the stored packs again, after a run or an import has stored some. */
  async refresh(): Promise<void> {
    const stored = await this.#store.listPacks();
    this.#own = stored.filter((pack) => !this.isBundled(pack.hash));
  }

  isBundled(hash: string): boolean {
    return this.#bundled.some((pack) => pack.hash === hash);
  }

  /** By hash, or by the id of a bundled pack. */
  find(id: string): Pack | undefined {
    return this.#all.find((pack) => pack.hash === id) ?? this.#bundled.find((pack) => pack.id === id);
  }

  async add(files: readonly File[]): Promise<readonly Pack[]> {
    this.#error = undefined;
    try {
      const packs = await Promise.all(files.map(async (file) => parsePack(await readText(file), file.name)));
      for (const pack of packs) await this.#store.putPack(pack);
      await this.refresh();
      return packs;
    } catch (thrown) {
      this.#error = toAppError(thrown, 'invalid-pack');
      return [];
    }
  }

  async remove(hash: string): Promise<void> {
    try {
      const runs = await this.#store.listRuns();
      const used = runs.filter((run) => run.spec.packs.includes(hash)).length;
      if (used > 0) {
        throw new AppError(
          'invalid-option',
          `expected a pack that no stored run needs, got one that ${used} need`,
        );
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
