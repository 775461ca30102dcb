import type { JudgeRecord, Verdict } from '../core/judge/types.ts';
import type { Pack } from '../core/pack/types.ts';
import type { WholeRun } from '../core/formats/run-file.ts';
import { ownersOf, takenError } from './imported.ts';
import type { Answer } from '../core/run/types.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import type { Db } from './schema.ts';
import { newestFirst, oldestFirst } from './order.ts';
import type { JudgingMethods, Store } from './types.ts';

type ItemStore = 'answers' | 'verdicts' | 'judgeRecords';
const ITEM_STORES: readonly ItemStore[] = ['answers', 'verdicts', 'judgeRecords'];

/** Keys are read in pages, so that a long run does not hold the page up. */
const KEYS_PER_PAGE = 5000;

/** All items of a run from item `from` on. */
function itemsFrom(runId: string, from = 0): IDBKeyRange {
  return IDBKeyRange.bound([runId, from], [runId, Infinity]);
}

async function itemNumbers(db: Db, store: ItemStore, runId: string): Promise<readonly number[]> {
  const items: number[] = [];
  for (;;) {
    const last = items.at(-1);
    const page = await db.getAllKeys(
      store,
      itemsFrom(runId, last === undefined ? 0 : last + 1),
      KEYS_PER_PAGE,
    );
    for (const [, item] of page) items.push(item);
    if (page.length < KEYS_PER_PAGE) return items;
  }
}

async function deleteRun(db: Db, id: string): Promise<void> {
  const transaction = db.transaction(['runs', 'judgings', ...ITEM_STORES], 'readwrite');
  const judgings = transaction.objectStore('judgings');
  const all = await judgings.getAll();
  const ofRun = all.filter(({ subject }) => subject.kind === 'run' && subject.runId === id);
  const owners = [id, ...ofRun.map((judging) => judging.id)];
  await Promise.all([
    transaction.objectStore('runs').delete(id),
    ...ofRun.map((judging) => judgings.delete(judging.id)),
    ...owners.flatMap((owner) =>
      ITEM_STORES.map((name) => transaction.objectStore(name).delete(itemsFrom(owner))),
    ),
    transaction.done,
  ]);
}

async function deleteJudging(db: Db, id: string): Promise<void> {
  const transaction = db.transaction(['judgings', 'verdicts', 'judgeRecords'], 'readwrite');
  await Promise.all([
    transaction.objectStore('judgings').delete(id),
    transaction.objectStore('verdicts').delete(itemsFrom(id)),
    transaction.objectStore('judgeRecords').delete(itemsFrom(id)),
    transaction.done,
  ]);
}

async function putVerdict(db: Db, verdict: Verdict, record: JudgeRecord): Promise<void> {
  const transaction = db.transaction(['verdicts', 'judgeRecords'], 'readwrite');
  await Promise.all([
    transaction.objectStore('verdicts').put(verdict),
    transaction.objectStore('judgeRecords').put(record),
    transaction.done,
  ]);
}

async function putWholeRun(db: Db, whole: WholeRun): Promise<void> {
  const { run, packs, answers, judgings = [] } = whole;
  const transaction = db.transaction(['runs', 'packs', 'judgings', ...ITEM_STORES], 'readwrite');
  const runs = transaction.objectStore('runs');
  const known = await Promise.all(
    ownersOf(whole).flatMap((id) => [runs.getKey(id), transaction.objectStore('judgings').getKey(id)]),
  );
  const taken = known.find((id) => id !== undefined);
  if (taken !== undefined) {
    transaction.abort();
    await transaction.done.catch(() => undefined); // aborted on purpose just above
    throw takenError(taken, run.id);
  }
  await Promise.all([
    runs.put(run),
    ...packs.map((pack) => transaction.objectStore('packs').put(pack)),
    ...answers.map((answer) => transaction.objectStore('answers').put(answer)),
    ...judgings.map(({ judging }) => transaction.objectStore('judgings').put(judging)),
    ...[whole, ...judgings]
      .flatMap((each) => each.verdicts)
      .map((verdict) => transaction.objectStore('verdicts').put(verdict)),
    ...[whole, ...judgings]
      .flatMap((each) => each.judgeRecords)
      .map((record) => transaction.objectStore('judgeRecords').put(record)),
    transaction.done,
  ]);
}

function judgingMethods(at: Connection): JudgingMethods {
  return {
    listJudgings: async () => newestFirst(await at.use((db) => db.getAll('judgings'))),
    getJudging: (id) => at.use((db) => db.get('judgings', id)),
    putJudging: async (judging) => {
      await at.use((db) => db.put('judgings', judging));
    },
    deleteJudging: (id) => at.use((db) => deleteJudging(db, id)),
    listDocuments: async () => oldestFirst(await at.use((db) => db.getAll('documents'))),
    putDocument: async (document) => {
      await at.use((db) => db.put('documents', document));
    },
    deleteDocument: (hash) => at.use((db) => db.delete('documents', hash)),
  };
}

/** The database of this origin. It opens on first use. */
export function openDatabase(events: ConnectionEvents = {}, name = 'assay'): Store {
  const at = new Connection(name, events);
  return {
    getRun: (id) => at.use((db) => db.get('runs', id)),
    putRun: async (run) => {
      await at.use((db) => db.put('runs', run));
    },
    listRuns: async () => newestFirst(await at.use((db) => db.getAll('runs'))),
    runsOfSpec: async (hash) => newestFirst(await at.use((db) => db.getAllFromIndex('runs', 'bySpec', hash))),
    deleteRun: (id) => at.use((db) => deleteRun(db, id)),

    getPack: (hash): Promise<Pack | undefined> => at.use((db) => db.get('packs', hash)),
    putPack: async (pack) => {
      await at.use((db) => db.put('packs', pack));
    },
    listPacks: () => at.use((db) => db.getAll('packs')),
    deletePack: (hash) => at.use((db) => db.delete('packs', hash)),

    listModels: async () => oldestFirst(await at.use((db) => db.getAll('models'))),
    putModel: async (model) => {
      await at.use((db) => db.put('models', model));
    },
    deleteModel: (sha256) => at.use((db) => db.delete('models', sha256)),

    putAnswer: async (answer) => {
      await at.use((db) => db.put('answers', answer));
    },
    getAnswer: (runId, item): Promise<Answer | undefined> => at.use((db) => db.get('answers', [runId, item])),
    answeredItems: (runId) => at.use((db) => itemNumbers(db, 'answers', runId)),
    answersPage: (runId, from, limit) => at.use((db) => db.getAll('answers', itemsFrom(runId, from), limit)),

    putVerdict: (verdict, record) => at.use((db) => putVerdict(db, verdict, record)),
    getVerdict: (runId, item) => at.use((db) => db.get('verdicts', [runId, item])),
    getJudgeRecord: (runId, item) => at.use((db) => db.get('judgeRecords', [runId, item])),
    judgedItems: (runId) => at.use((db) => itemNumbers(db, 'verdicts', runId)),
    verdictsPage: (runId, from, limit) =>
      at.use((db) => db.getAll('verdicts', itemsFrom(runId, from), limit)),
    judgeRecordsPage: (runId, from, limit) =>
      at.use((db) => db.getAll('judgeRecords', itemsFrom(runId, from), limit)),

    ...judgingMethods(at),
    putWholeRun: (whole) => at.use((db) => putWholeRun(db, whole)),
    getSetting: (key): Promise<unknown> => at.use((db) => db.get('settings', key)),
    putSetting: async (key, value) => {
      await at.use((db) => db.put('settings', value, key));
    },
    getHandle: (key): Promise<FileSystemDirectoryHandle | undefined> =>
      at.use((db) => db.get('handles', key)),
    putHandle: async (key, handle) => {
      await at.use((db) => db.put('handles', handle, key));
    },
    deleteHandle: (key) => at.use((db) => db.delete('handles', key)),
    handleKeys: () => at.use((db) => db.getAllKeys('handles')),
    close: () => {
      at.close();
    },
  };
}
