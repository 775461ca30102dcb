import type { ModelRecord, Role } from '../core/model.ts';
import type { Summary } from '../core/report/summary.ts';
import type { AnswerFile } from './exports.ts';
import type { Kept } from './types.ts';

/** What the headless runner drives: the same state the screens use, no second way in. Set as `window.assay`. */
export interface AssayAutomation {
  readonly version: string;
  /** Resolves when the database is open and the bundled models are listed. */
  ready(): Promise<void>;
  /** Makes so many hidden inputs for folders: `#automation-folder-0` and so on. */
  offerFolders(count: number): void;
  /** Takes what was put into the hidden inputs (`#automation-files` and folders); resolves with everything that came of it. */
  addFiles(): Promise<readonly AddedFile[]>;
  /** All models on this device, bundled ones first. */
  models(): readonly ModelRecord[];
  /** Starts a run, or resumes an unfinished one of the same spec; resolves as soon as it is stored. */
  start(options: StartOptions): Promise<{ runId: string; resumed: boolean; answers: number }>;
  progress(): ProgressSnapshot;
  /** Stops after what is in flight is stored; the run can be resumed. */
  pause(): Promise<void>;
  exportRun(runId: string): Promise<string>;
  /** Every answer with its scores, in the paper's column names. */
  exportAnswers(runId: string, kind: AnswerFile): Promise<string>;
  /** Each model's answers as an eval log of Inspect, in the order of the run's models. */
  exportInspect(runId: string): Promise<readonly string[]>;
  summary(runId: string): Promise<Summary>;
  reportHtml(runId: string): Promise<string>;
  /** How the run was made and counted, in words for a report. */
  methods(runId: string): Promise<string>;
}

/** One model or document that came of what was handed in. `id`: a model's SHA-256, a pack's or document's hash, a run's id. */
export interface AddedFile {
  readonly name: string;
  readonly kind: 'model' | Kept['kind'];
  readonly id: string;
  /** Which of the inputs it came of: the files are counted first, then the folders. */
  readonly input: number;
}

export interface StartOptions {
  readonly models: readonly { readonly id: string; readonly role?: Role }[];
  readonly packs: readonly string[];
  readonly formats: readonly string[];
  readonly samples: number;
  readonly seed: number;
  readonly judge: string | null;
  /** Lets one of the models be the judge; the run says so. */
  readonly allowSelfJudge?: boolean;
  readonly title?: string;
}

export interface ProgressSnapshot {
  readonly status: string;
  readonly answered: number;
  readonly judged: number;
  readonly total: number;
  readonly elapsedMs: number;
  readonly leftMs: number | null;
  readonly stage: string;
  readonly failure?: string;
}
