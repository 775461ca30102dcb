import type { WholeRun } from '../core/formats/run-file.ts';
import type { JudgeRecord, Verdict } from '../core/judge/types.ts';
import type { Judging } from '../core/judging/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { Pack } from '../core/pack/types.ts';
import type { Answer, RunRecord } from '../core/run/types.ts';
import { ownersOf, takenError } from './imported.ts';
import { newestFirst, oldestFirst } from './order.ts';
import type { StoredDocument } from './schema.ts';
import type { JudgingMethods, Store } from './types.ts';

/** Records of one kind, by run and item. */
class Items<Value extends { readonly runId: string; readonly item: number }> {
  readonly #runs = new Map<string, Map<number, Value>>();

  put(value: Value): void {
    const run = this.#runs.get(value.runId) ?? new Map<number, Value>();
    this.#runs.set(value.runId, run.set(value.item, structuredClone(value)));
  }

  get(runId: string, item: number): Value | undefined {
    return this.#runs.get(runId)?.get(item);
  }

  numbers(runId: string): readonly number[] {
    return [...(this.#runs.get(runId)?.keys() ?? [])].sort((a, b) => a - b);
  }

  page(runId: string, from: number, limit: number): readonly Value[] {
    const items = this.numbers(runId).filter((item) => item >= from);
    return items.slice(0, limit).flatMap((item) => this.get(runId, item) ?? []);
  }

  delete(runId: string): void {
    this.#runs.delete(runId);
  }
}

function judgingMethods(
  judgings: Map<string, Judging>,
  items: readonly { delete(owner: string): void }[],
): JudgingMethods {
  const documents = new Map<string, StoredDocument>();
  const done = Promise.resolve();
  return {
    listJudgings: () => Promise.resolve(newestFirst([...judgings.values()])),
    getJudging: (id) => Promise.resolve(judgings.get(id)),
    putJudging: (judging) => (judgings.set(judging.id, judging), done),
    deleteJudging: (id) => {
      judgings.delete(id);
      for (const each of items) each.delete(id);
      return done;
    },
    listDocuments: () => Promise.resolve(oldestFirst([...documents.values()])),
    putDocument: (document) => (documents.set(document.hash, document), done),
    deleteDocument: (hash) => (documents.delete(hash), done),
  };
}

interface WholePlaces {
  readonly runs: Map<string, RunRecord>;
  readonly packs: Map<string, Pack>;
  readonly answers: Items<Answer>;
  readonly verdicts: Items<Verdict>;
  readonly judgeRecords: Items<JudgeRecord>;
  readonly judgings: Map<string, Judging>;
}

function putWhole(whole: WholeRun, { runs, packs, judgings, ...items }: WholePlaces): Promise<void> {
  const { run } = whole;
  const taken = ownersOf(whole).find((id) => runs.has(id) || judgings.has(id));
  if (taken !== undefined) return Promise.reject(takenError(taken, run.id));
  runs.set(run.id, run);
  for (const pack of whole.packs) packs.set(pack.hash, pack);
  for (const answer of whole.answers) items.answers.put(answer);
  for (const { judging } of whole.judgings ?? []) judgings.set(judging.id, judging);
  for (const part of [whole, ...(whole.judgings ?? [])]) {
    for (const verdict of part.verdicts) items.verdicts.put(verdict);
    for (const record of part.judgeRecords) items.judgeRecords.put(record);
  }
  return Promise.resolve();
}

/** The same as `openDatabase`, kept in memory only: for tests and for the command line. */
export function memoryStore(): Store {
  const models = new Map<string, ModelRecord>();
  const packs = new Map<string, Pack>();
  const runs = new Map<string, RunRecord>();
  const judgings = new Map<string, Judging>();
  const settings = new Map<string, unknown>();
  const handles = new Map<string, FileSystemDirectoryHandle>();
  const answers = new Items<Answer>();
  const verdicts = new Items<Verdict>();
  const judgeRecords = new Items<JudgeRecord>();
  const done = Promise.resolve();

  return {
    getRun: (id) => Promise.resolve(runs.get(id)),
    putRun: (run) => (runs.set(run.id, run), done),
    listRuns: () => Promise.resolve(newestFirst([...runs.values()])),
    runsOfSpec: (hash) =>
      Promise.resolve(newestFirst([...runs.values()].filter(({ specHash }) => specHash === hash))),
    deleteRun: (id) => {
      runs.delete(id);
      const ofRun = [...judgings.values()].filter(
        ({ subject }) => subject.kind === 'run' && subject.runId === id,
      );
      for (const judging of ofRun) judgings.delete(judging.id);
      for (const owner of [id, ...ofRun.map((judging) => judging.id)])
        for (const items of [answers, verdicts, judgeRecords]) items.delete(owner);
      return done;
    },
    ...judgingMethods(judgings, [verdicts, judgeRecords]),
    getPack: (hash) => Promise.resolve(packs.get(hash)),
    putPack: (pack) => (packs.set(pack.hash, pack), done),
    listPacks: () => Promise.resolve([...packs.values()]),
    deletePack: (hash) => (packs.delete(hash), done),
    listModels: () => Promise.resolve(oldestFirst([...models.values()])),
    putModel: (model) => (models.set(model.sha256, model), done),
    deleteModel: (sha256) => (models.delete(sha256), done),
    putAnswer: (answer) => (answers.put(answer), done),
    getAnswer: (runId, item) => Promise.resolve(answers.get(runId, item)),
    answeredItems: (runId) => Promise.resolve(answers.numbers(runId)),
    answersPage: (runId, from, limit) => Promise.resolve(answers.page(runId, from, limit)),
    putVerdict: (verdict, record) => (verdicts.put(verdict), judgeRecords.put(record), done),
    getVerdict: (runId, item) => Promise.resolve(verdicts.get(runId, item)),
    getJudgeRecord: (runId, item) => Promise.resolve(judgeRecords.get(runId, item)),
    judgedItems: (runId) => Promise.resolve(verdicts.numbers(runId)),
    verdictsPage: (runId, from, limit) => Promise.resolve(verdicts.page(runId, from, limit)),
    judgeRecordsPage: (runId, from, limit) => Promise.resolve(judgeRecords.page(runId, from, limit)),
    putWholeRun: (whole) => putWhole(whole, { runs, packs, answers, verdicts, judgeRecords, judgings }),
    getSetting: (key) => Promise.resolve(settings.get(key)),
    putSetting: (key, value) => (settings.set(key, value), done),
    getHandle: (key) => Promise.resolve(handles.get(key)),
    putHandle: (key, handle) => (handles.set(key, handle), done),
    deleteHandle: (key) => (handles.delete(key), done),
    handleKeys: () => Promise.resolve([...handles.keys()]),
    close: () => undefined,
  };
}
