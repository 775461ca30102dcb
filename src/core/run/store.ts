import type { JudgeRecord, Verdict } from '../judge/types.ts';
import type { Pack } from '../pack/types.ts';
import type { Answer, RunRecord } from './types.ts';

/** What a run needs of storage. All methods reject with an AppError (`storage-full`, `storage-closed`, ...). */
export interface RunStore {
  getRun(id: string): Promise<RunRecord | undefined>;
  putRun(run: RunRecord): Promise<void>;
  getPack(hash: string): Promise<Pack | undefined>;
  putPack(pack: Pack): Promise<void>;
  putAnswer(answer: Answer): Promise<void>;
  /** Writes the verdict and the raw distributions together or not at all. */
  putVerdict(verdict: Verdict, record: JudgeRecord): Promise<void>;
  /** Item numbers with an answer, ascending. */
  answeredItems(runId: string): Promise<readonly number[]>;
  judgedItems(runId: string): Promise<readonly number[]>;
  getAnswer(runId: string, item: number): Promise<Answer | undefined>;
  getVerdict(runId: string, item: number): Promise<Verdict | undefined>;
}
