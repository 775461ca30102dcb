import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { JudgeRecord, Verdict } from '../core/judge/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { Pack } from '../core/pack/types.ts';
import type { Answer, RunRecord } from '../core/run/types.ts';

/** Key of everything that belongs to one answer. */
type ItemKey = [runId: string, item: number];

export interface AssaySchema extends DBSchema {
  models: { key: string; value: ModelRecord };
  packs: { key: string; value: Pack };
  runs: { key: string; value: RunRecord; indexes: { bySpec: string } };
  answers: { key: ItemKey; value: Answer };
  verdicts: { key: ItemKey; value: Verdict };
  judgeRecords: { key: ItemKey; value: JudgeRecord };
  settings: { key: string; value: unknown };
}

export type Db = IDBPDatabase<AssaySchema>;
type UpgradeTransaction = IDBPTransaction<AssaySchema, StoreNames<AssaySchema>[], 'versionchange'>;

/**
 * One step per version, in order; a step never changes once released. Step n brings a database from version n to
 * n + 1, and keeps what users have.
 */
export const UPGRADES: readonly ((db: Db, transaction: UpgradeTransaction) => void)[] = [
  (db) => {
    db.createObjectStore('models', { keyPath: 'sha256' });
    db.createObjectStore('packs', { keyPath: 'hash' });
    db.createObjectStore('runs', { keyPath: 'id' });
    for (const name of ['answers', 'verdicts', 'judgeRecords'] as const) {
      db.createObjectStore(name, { keyPath: ['runId', 'item'] });
    }
    db.createObjectStore('settings');
  },
  (_db, transaction) => {
    transaction.objectStore('runs').createIndex('bySpec', 'specHash');
  },
];

export const DATABASE_VERSION = UPGRADES.length;
