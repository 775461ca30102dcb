import * as v from 'valibot';
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { JudgeRecord, Verdict } from '../core/judge/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { Judging } from '../core/judging/types.ts';
import { parsePack } from '../core/pack/parse.ts';
import type { Measures, Pack, Probe } from '../core/pack/types.ts';
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
  judgings: { key: string; value: Judging };
  /** Calibration sets and rubrics of the user's own, as the text of their files. */
  documents: { key: string; value: StoredDocument };
  settings: { key: string; value: unknown };
  /** Folders that the user lets Assay read where they are, by ModelRecord.handle. */
  handles: { key: string; value: FileSystemDirectoryHandle };
}

/** A file of the user's that is small enough to be kept as text. */
export interface StoredDocument {
  /** SHA-256 of `source`. */
  readonly hash: string;
  readonly kind: 'calibration' | 'rubric';
  readonly file: string;
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

export type Db = IDBPDatabase<AssaySchema>;
type UpgradeTransaction = IDBPTransaction<AssaySchema, StoreNames<AssaySchema>[], 'versionchange'>;

const modelOfSchema1 = v.looseObject({
  schema: v.literal(1),
  sha256: v.string(),
  fileName: v.string(),
  sizeBytes: v.number(),
  storedAs: v.optional(v.string()),
  addedAt: v.optional(v.number()),
});

/** A model as Assay 0.1 stored it: one GGUF file, named by `storedAs`. Anything else stays as it is. */
function modelOfSchema2(record: ModelRecord): ModelRecord {
  const old = v.safeParse(modelOfSchema1, record);
  if (!old.success) return record;
  const { storedAs, fileName, sizeBytes, sha256, addedAt } = old.output;
  const file = { name: fileName, sizeBytes, sha256 };
  return {
    ...record,
    schema: 2,
    kind: 'gguf',
    files: [{ ...file, path: storedAs ?? fileName }],
    provenance: {
      origin: 'gguf',
      sources: [file],
      ...(addedAt === undefined ? {} : { importedAt: addedAt }),
    },
  };
}

/** What every probe was before Assay 0.3: a question whose answer is judged on alignment and coherence. */
const ASKED_AND_JUDGED: Pick<Probe, 'task' | 'followUps' | keyof Measures> = {
  task: { kind: 'answer' },
  followUps: [],
  ...{ onScales: true, moreScales: [], labelJudges: [] },
};

/**
 * A pack says more of its probes than before; it is read anew from its own text, under its own name. Where that text is
 * refused today the pack stays as it was asked, or its runs could not be shown.
 */
function packWithTasks(pack: Pack): Pack {
  try {
    return parsePack(pack.source, `${pack.id}.yaml`);
  } catch {
    return { ...pack, probes: pack.probes.map((probe) => ({ ...ASKED_AND_JUDGED, ...probe })) };
  }
}

/**
 * One step per version, in order; a step never changes once released. Step n brings a database from version n to
 * n + 1, and keeps what users have.
 */
export const UPGRADES: readonly ((db: Db, transaction: UpgradeTransaction) => void | Promise<void>)[] = [
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
  async (db, transaction) => {
    db.createObjectStore('handles');
    const models = transaction.objectStore('models');
    for (const record of await models.getAll()) await models.put(modelOfSchema2(record));
  },
  async (db, transaction) => {
    db.createObjectStore('judgings', { keyPath: 'id' });
    db.createObjectStore('documents', { keyPath: 'hash' });
    const packs = transaction.objectStore('packs');
    for (const pack of await packs.getAll()) await packs.put(packWithTasks(pack));
  },
];

export const DATABASE_VERSION = UPGRADES.length;

/** Brings a database from version `from` to the newest, one step after the other. */
export async function upgrade(db: Db, from: number, transaction: UpgradeTransaction): Promise<void> {
  for (const step of UPGRADES.slice(from)) await step(db, transaction);
}
