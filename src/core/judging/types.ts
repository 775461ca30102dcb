import type { LoadedFacts } from '../engine.ts';
import type { RunJudge, RunStatus } from '../run/types.ts';

/** What a judge is put to: the answers of a run once more, or a set of answers of which is known what they are. */
export type Subject =
  { readonly kind: 'run'; readonly runId: string } | { readonly kind: 'calibration'; readonly set: string };

/**
 * A judge at work on answers that exist already. Its verdicts and judge records are stored as a run's are, with `id` in
 * the place of the run's id and the number of the answer as item.
 */
export interface Judging {
  readonly schema: 1;
  readonly id: string;
  readonly subject: Subject;
  readonly judge: RunJudge;
  /** Same judge model and same rubric: same hash. See `judgeHash`. */
  readonly judgeHash: string;
  /** Answers to be judged. */
  readonly total: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: RunStatus;
  readonly elapsedMs: number;
  readonly appVersion: string;
  readonly facts: Readonly<Record<string, LoadedFacts>>;
  readonly failure?: string;
}
