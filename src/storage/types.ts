import type { JudgeRecord, Verdict } from '../core/judge/types.ts';
import type { Judging } from '../core/judging/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { Pack } from '../core/pack/types.ts';
import type { RunStore } from '../core/run/store.ts';
import type { WholeRun } from '../core/formats/run-file.ts';
import type { Answer, RunRecord } from '../core/run/types.ts';
import type { StoredDocument } from './schema.ts';

/** Everything Assay keeps. `openDatabase` gives the real one, `memoryStore` the same without a database. */
export interface Store extends RunStore {
  listRuns(): Promise<readonly RunRecord[]>;
  /** Runs of the same study, newest first. */
  runsOfSpec(specHash: string): Promise<readonly RunRecord[]>;
  /** With its answers and verdicts, and what other judges said of it. */
  deleteRun(id: string): Promise<void>;
  listPacks(): Promise<readonly Pack[]>;
  deletePack(hash: string): Promise<void>;
  /** In the order in which they were added. */
  listModels(): Promise<readonly ModelRecord[]>;
  putModel(model: ModelRecord): Promise<void>;
  deleteModel(sha256: string): Promise<void>;
  /** In item order, from item `from`, at most `limit` of them: one page of a long run. */
  answersPage(runId: string, from: number, limit: number): Promise<readonly Answer[]>;
  verdictsPage(runId: string, from: number, limit: number): Promise<readonly Verdict[]>;
  judgeRecordsPage(runId: string, from: number, limit: number): Promise<readonly JudgeRecord[]>;
  getVerdict(runId: string, item: number): Promise<Verdict | undefined>;
  getJudgeRecord(runId: string, item: number): Promise<JudgeRecord | undefined>;
  /** Newest first. */
  listJudgings(): Promise<readonly Judging[]>;
  getJudging(id: string): Promise<Judging | undefined>;
  putJudging(judging: Judging): Promise<void>;
  /** With its verdicts and judge records. */
  deleteJudging(id: string): Promise<void>;
  /** Oldest first. */
  listDocuments(): Promise<readonly StoredDocument[]>;
  putDocument(document: StoredDocument): Promise<void>;
  deleteDocument(hash: string): Promise<void>;
  /** Writes all of a run or, on any failure, nothing. */
  putWholeRun(whole: WholeRun): Promise<void>;
  getSetting(key: string): Promise<unknown>;
  putSetting(key: string, value: unknown): Promise<void>;
  /** Folders that the user lets Assay read where they are. */
  getHandle(key: string): Promise<FileSystemDirectoryHandle | undefined>;
  putHandle(key: string, handle: FileSystemDirectoryHandle): Promise<void>;
  deleteHandle(key: string): Promise<void>;
  handleKeys(): Promise<readonly string[]>;
  close(): void;
}

/** The part of it that judges and calibration need. */
export type JudgingMethods = Pick<
  Store,
  | 'listJudgings'
  | 'getJudging'
  | 'putJudging'
  | 'deleteJudging'
  | 'listDocuments'
  | 'putDocument'
  | 'deleteDocument'
>;
