import { openDB } from 'idb';
import { AppError, toAppError } from '../core/errors.ts';
import { DATABASE_VERSION, upgrade, type AssaySchema, type Db } from './schema.ts';

const NAMES: Readonly<Record<string, ConstructorParameters<typeof AppError>>> = {
  QuotaExceededError: [
    'storage-full',
    'this device has no room left for Assay: expected space to store the answer, got none',
  ],
  VersionError: [
    'storage-newer',
    `the stored data are from a newer Assay than this one (which knows version ${DATABASE_VERSION})`,
  ],
  InvalidStateError: ['storage-closed', 'the connection to the stored data is closed; reload this page'],
};

/** A failure of IndexedDB as an AppError with a code that screens know. */
export function storageError(thrown: unknown): AppError {
  if (thrown instanceof Error) {
    const known = NAMES[thrown.name];
    if (known !== undefined) return new AppError(known[0], known[1], { cause: thrown });
  }
  return toAppError(thrown);
}

export interface ConnectionEvents {
  /** Another tab still holds an older version open, and this one waits for it. */
  readonly onBlocked?: () => void;
  /** Another tab needs a newer version: this connection has been closed to let it. */
  readonly onClosed?: () => void;
}

/** One connection to the database; opens on first use and again after the browser has terminated it. */
export class Connection {
  readonly #name: string;
  readonly #events: ConnectionEvents;
  #db: Promise<Db> | undefined;
  #closed = false;

  constructor(name: string, events: ConnectionEvents) {
    this.#name = name;
    this.#events = events;
  }

  /** Runs `work` on the open database; whatever it rejects with becomes an AppError. */
  async use<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw storageError(new DOMException('closed', 'InvalidStateError'));
    try {
      this.#db ??= this.#open();
      return await work(await this.#db);
    } catch (error) {
      throw storageError(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#db?.then(
      (db) => {
        db.close();
      },
      () => undefined, // it never opened
    );
  }

  async #open(): Promise<Db> {
    const opening = openDB<AssaySchema>(this.#name, DATABASE_VERSION, {
      upgrade: (db, from, _to, transaction) => {
        transaction.done.catch(() => undefined); // opening it rejects as well
        upgrade(db, from, transaction).catch(() => {
          transaction.abort(); // the database stays as it was
        });
      },
      blocked: () => this.#events.onBlocked?.(),
      blocking: () => {
        this.close();
        this.#events.onClosed?.();
      },
      terminated: () => {
        this.#db = undefined;
      },
    });
    try {
      return await opening;
    } catch (error) {
      this.#db = undefined;
      throw error;
    }
  }
}
