import { AppError, toAppError } from '../core/errors.ts';
import type { Wrapping } from '../core/pack/copy.ts';
import type { ReadPack } from '../core/pack/parse.ts';
import type { Pack } from '../core/pack/types.ts';
import type { Found, Kept } from '../storage/document-desk.ts';
import type { Documents } from '../storage/documents.ts';
import type { Store } from '../storage/types.ts';
import type { FileReview, IntakeState, Progress, Standing } from './types.ts';

interface Parts {
  readonly store: Store;
  readonly documents: Documents;
  /** Every pack that is known on this device, bundled ones too. */
  readonly packs: () => readonly Pack[];
  /** Tells everybody else what was stored. */
  readonly onKept: (kept: readonly Kept[]) => Promise<void>;
}

/** Takes in other people's files: what they hold is shown first, and stored only when the user says so. */
export class Intake implements IntakeState {
  readonly #parts: Parts;
  #review = $state.raw<readonly FileReview[] | undefined>();
  #busy = $state.raw<Progress | undefined>();
  #error = $state.raw<AppError | undefined>();
  #kept = $state.raw<readonly Kept[]>([]);
  #files = new Map<string, File>();
  /** Counts the drops: what is still being read for an earlier one is not shown. */
  #turn = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get review(): readonly FileReview[] | undefined {
    return this.#review;
  }

  get busy(): Progress | undefined {
    return this.#busy;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  get kept(): readonly Kept[] {
    return this.#kept;
  }

  async inspect(files: readonly File[]): Promise<void> {
    const turn = this.#begin();
    const reviews: FileReview[] = [];
    for (const [at, file] of files.entries()) {
      this.#busy = { what: `Reading ${file.name}`, fraction: at / files.length };
      const review = await this.#look(file, `${turn}-${at}`, reviews);
      if (turn !== this.#turn) return;
      this.#files.set(review.key, file);
      reviews.push(review);
    }
    this.#busy = undefined;
    this.#review = reviews;
  }

  async accept(keys: readonly string[]): Promise<readonly Kept[]> {
    const turn = this.#turn;
    const reviews = this.#review ?? [];
    const kept: Kept[] = [];
    const left: FileReview[] = [];
    for (const [at, review] of reviews.entries()) {
      const file = this.#files.get(review.key);
      if (file === undefined || !keys.includes(review.key) || review.found === undefined) continue;
      this.#busy = { what: `Adding ${review.file}`, fraction: at / reviews.length };
      try {
        kept.push(await this.#parts.documents.keep(file));
      } catch (thrown) {
        left.push({ key: review.key, file: review.file, error: toAppError(thrown) });
      }
      if (turn !== this.#turn) break;
    }
    try {
      await this.#parts.onKept(kept);
    } catch (thrown) {
      // What was kept is stored all the same.
      if (turn === this.#turn) this.#error = toAppError(thrown);
    }
    if (turn !== this.#turn) return kept;
    this.#busy = undefined;
    this.#kept = kept;
    this.#review = left.length === 0 ? undefined : left;
    return kept;
  }

  dismissReview(): void {
    this.#begin();
    this.#busy = undefined;
  }

  dismissKept(): void {
    this.#kept = [];
  }

  async add(file: File): Promise<Kept> {
    const kept = await this.#parts.documents.keep(file);
    await this.#parts.onKept([kept]);
    return kept;
  }

  async copyOf(pack: Pack, wrapping?: Wrapping): Promise<string> {
    const taken = this.#parts.packs().map(({ id }) => id);
    return this.#parts.documents.copy(pack, { taken, ...(wrapping === undefined ? {} : { wrapping }) });
  }

  async check(source: string, file: string): Promise<ReadPack> {
    return this.#parts.documents.pack(source, file);
  }

  async save(source: string, file: string): Promise<Pack> {
    const { pack } = await this.check(source, file);
    if (this.#parts.packs().some(({ hash }) => hash === pack.hash)) {
      throw new AppError('invalid-option', `expected a pack that is not here yet, got "${pack.title}" again`);
    }
    await this.#parts.store.putPack(pack);
    await this.#parts.onKept([{ kind: 'pack', id: pack.hash, title: pack.title }]);
    return pack;
  }

  dismissError(): void {
    this.#error = undefined;
  }

  #begin(): number {
    if (this.#busy !== undefined) this.#parts.documents.stop();
    this.#turn += 1;
    this.#files = new Map();
    this.#review = undefined;
    this.#error = undefined;
    this.#kept = [];
    return this.#turn;
  }

  async #look(file: File, key: string, earlier: readonly FileReview[]): Promise<FileReview> {
    try {
      const found = await this.#parts.documents.inspect(file);
      return { key, file: file.name, found, standing: await this.#standing(found, earlier) };
    } catch (thrown) {
      return { key, file: file.name, error: toAppError(thrown) };
    }
  }

  async #standing(found: Found, earlier: readonly FileReview[]): Promise<Standing> {
    const name = nameOf(found);
    if (earlier.some((review) => review.found !== undefined && nameOf(review.found) === name)) return 'there';
    const { store, packs } = this.#parts;
    if (found.kind === 'run') return (await store.getRun(found.id)) === undefined ? 'new' : 'there';
    if (found.kind === 'pack') {
      const all = packs();
      if (all.some(({ hash }) => hash === found.pack.hash)) return 'there';
      return all.some(({ id }) => id === found.pack.id) ? 'same-id' : 'new';
    }
    const source = found.kind === 'rubric' ? found.source : found.set.source;
    const documents = await store.listDocuments();
    return documents.some((document) => document.source === source) ? 'there' : 'new';
  }
}

/** What tells two documents apart. */
function nameOf(found: Found): string {
  if (found.kind === 'pack') return found.pack.hash;
  if (found.kind === 'run') return found.id;
  return found.kind === 'calibration' ? found.set.source : found.source;
}
