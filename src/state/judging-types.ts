import type { CalibrationReport } from '../core/calibration/report.ts';
import type { Fitness } from '../core/calibration/fitness.ts';
import type { CalibrationSet } from '../core/calibration/types.ts';
import type { AppError } from '../core/errors.ts';
import type { Rubric } from '../core/judge/types.ts';
import type { NamedJudge } from '../core/judging/judge-hash.ts';
import type { Judging, Subject } from '../core/judging/types.ts';
import type { RunModel } from '../core/model.ts';
import type { ResultRow } from '../core/results/types.ts';

/** What a judge is to be put to. */
export interface JudgingDraft {
  readonly subject: Subject;
  readonly judge: { readonly sha256: string; readonly rubric: string };
  /** Lets a model judge its own answers; it is marked then. */
  readonly allowSelfJudge?: boolean;
}

/** A judge at work on this page. Fields are reactive and change in batches. */
export interface LiveJudging {
  readonly judging: Judging;
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  readonly leftMs: number | undefined;
  /** In words: `loading Toy judge`, `judging`, `done`. */
  readonly stage: string;
}

/** What is known of a judge's worth: the report of its latest finished calibration. */
export interface JudgeFitness {
  readonly fitness: Fitness;
  /** Absent where the judge is untested. */
  readonly calibration?: JudgingReport;
}

/** What the verdicts of one judging say of the judge. */
export interface JudgingReport {
  readonly judging: Judging;
  /** Of the set or the run. */
  readonly title: string;
  /** What is taken for the truth: how the answers of a set were made, or the scores that came with a published run. */
  readonly truth: 'set' | 'published';
  readonly report: CalibrationReport;
  readonly set?: CalibrationSet;
}

/** The text behind a case of a report. */
export interface CaseText {
  readonly question: string;
  readonly answer: string;
}

/** What one judge said of a run: the run's own judge, or another one that judged the same answers again. */
export interface RunOpinion {
  /** Id of the judging; absent for the run's own judge and for published scores. */
  readonly judgingId?: string;
  readonly label: string;
  readonly rows: readonly ResultRow[];
}

/** Judges at work on answers that exist: on trial on a calibration set, or on a run's answers again. Fields are reactive. */
export interface JudgingsState {
  /** Newest first. */
  readonly judgings: readonly Judging[];
  /** Bundled sets first, then the user's own. */
  readonly sets: readonly CalibrationSet[];
  readonly live: LiveJudging | undefined;
  readonly error: AppError | undefined;
  isBundledSet(hash: string): boolean;
  /** Why this cannot start, in one sentence; undefined when it can. `models` are those of the run that is judged. */
  problem(draft: JudgingDraft, models?: readonly RunModel[]): string | undefined;
  /** Resolves with the judging's id as soon as it is stored; it then goes on by itself. */
  start(draft: JudgingDraft): Promise<string>;
  resume(id: string): Promise<void>;
  pause(): Promise<void>;
  cancel(): Promise<void>;
  remove(id: string): Promise<void>;
  /** Undefined when the judging, its set or its run is gone, or its run holds no published scores. */
  report(id: string): Promise<JudgingReport | undefined>;
  /** The question and answer of a case of a judging's report. */
  caseText(id: string, caseId: string): Promise<CaseText | undefined>;
  /** The calibration that stands beside this judge's rates: see `fitnessByJudge`. */
  fitnessOf(judge: NamedJudge): JudgeFitness;
  /** What one finished calibration says; undefined for anything else. */
  trialOf(judgingId: string): JudgeFitness | undefined;
  /** Finished judgings of a run, newest first. */
  ofRun(runId: string): readonly Judging[];
  /** The rows of a run by its own judge and by each finished judging of it. */
  opinions(runId: string): Promise<readonly RunOpinion[]>;
  removeSet(hash: string): Promise<void>;
  /** Stores a rubric of the user's own. Rejects `invalid-rubric`, and `invalid-option` where the version is taken. */
  saveRubric(rubric: Rubric): Promise<Rubric>;
  /** A rubric of the user's own, by `rubricKey`; judgings keep the words that they were made with. */
  removeRubric(key: string): Promise<void>;
  dismissError(): void;
}
