import type { AppError } from '../core/errors.ts';
import type { Device, EngineInfo } from '../core/engine.ts';
import type { JudgeRecord, Rubric, Verdict } from '../core/judge/types.ts';
import type { Judging } from '../core/judging/types.ts';
import type { ModelRecord, Role } from '../core/model.ts';
import type { Wrapping } from '../core/pack/copy.ts';
import type { ReadPack } from '../core/pack/parse.ts';
import type { Format, Pack } from '../core/pack/types.ts';
import type { Found, Kept } from '../storage/document-desk.ts';
import type { JudgingsState } from './judging-types.ts';
import type { OwnRubric } from './own-documents.ts';
import type { ImportChoice, Survey } from '../core/recognise/types.ts';
import type { LocalFile } from '../models/importer.ts';
import type { RateCell, ResultRow } from '../core/results/types.ts';
import type { Recommendation } from '../core/hardware/choose.ts';
import type { HardwareReport, MeasuredSpeed } from '../core/hardware/types.ts';
import type { Answer, Plan, PlanGroup, RunRecord, StopRule } from '../core/run/types.ts';

/** Work that takes over a second: what it is, how far it is, and how long it will still take. */
export interface Progress {
  readonly what: string;
  /** 0..1 */
  readonly fraction: number;
  readonly leftMs?: number;
}

export type { LocalFile };

/** What a drop holds, and how much room there is for it. */
export interface Review extends Survey {
  /** Free room for this origin, where the browser says so. */
  readonly freeBytes?: number;
  /** Whether the drop came with a directory handle, so that an MLC folder can be read where it is. */
  readonly canLink: boolean;
  /** Who imported last, to be offered again. */
  readonly importedBy?: string;
}

export interface AcceptOptions {
  /** Kept as provenance; remembered for the next time. */
  readonly importedBy?: string;
  /** Read `as-is` models where they lie instead of copying them; only with `canLink`. */
  readonly link: boolean;
}

/** The models on this device, bundled ones first. Fields are reactive. */
export interface ModelsState {
  readonly models: readonly ModelRecord[];
  readonly adding: Progress | undefined;
  readonly error: AppError | undefined;
  /** What was dropped, waiting for the user's choices; undefined while nothing waits. */
  readonly review: Review | undefined;
  /** Looks into what was dropped, and shows it as `review`. `folder` is the handle it came with, where the browser gives one. */
  inspect(files: readonly LocalFile[], folder?: FileSystemDirectoryHandle): Promise<void>;
  /** Imports the chosen finds of the review; resolves with those that were added. */
  accept(choices: readonly ImportChoice[], options: AcceptOptions): Promise<readonly ModelRecord[]>;
  dismissReview(): void;
  /** Imports everything in the files that can be, with the first target and base each; for automation. */
  add(files: readonly LocalFile[]): Promise<readonly ModelRecord[]>;
  /** SHA-256 of the `folder` models that the browser does not let Assay read until it is allowed again. */
  readonly locked: ReadonlySet<string>;
  /** Whether a `folder` model can be read now; asks the user for permission again, so call it from a click. */
  allow(sha256: string): Promise<boolean>;
  /** Looks anew which models are `locked`, without asking: a user can take a permission back at any time. */
  checkAccess(): Promise<void>;
  cancelAdding(): void;
  remove(sha256: string): Promise<void>;
  dismissError(): void;
}

export interface PacksState {
  /** Bundled packs first, then those the user added. */
  readonly packs: readonly Pack[];
  /** Bundled rubrics first, then the user's own, oldest first; every saved text is a version of its own. */
  readonly rubrics: readonly Rubric[];
  readonly ownRubrics: readonly OwnRubric[];
  readonly error: AppError | undefined;
  isBundled(hash: string): boolean;
  remove(hash: string): Promise<void>;
  dismissError(): void;
}

export type { Found, Kept };

/** `there`: the very same is on this device already. `same-id`: a pack of that id is, with other content; both can stay. */
export type Standing = 'new' | 'there' | 'same-id';

/** What one file holds, or why it cannot be read. */
export type FileReview =
  | { readonly key: string; readonly file: string; readonly found: Found; readonly standing: Standing }
  | { readonly key: string; readonly file: string; readonly error: AppError; readonly found?: undefined };

/** Files of others: packs, sets of questions, judged answers, calibration sets, rubrics, runs. Fields are reactive. */
export interface IntakeState {
  /** What was dropped, file by file, waiting for the user's choice; undefined while nothing waits. */
  readonly review: readonly FileReview[] | undefined;
  readonly busy: Progress | undefined;
  readonly error: AppError | undefined;
  /** What was last added, to be told of. */
  readonly kept: readonly Kept[];
  /** Reads files and shows what they hold as `review`; stores nothing. */
  inspect(files: readonly File[]): Promise<void>;
  /** Stores the chosen files of the review, each whole or not at all; what fails stays in the review with its error. */
  accept(keys: readonly string[]): Promise<readonly Kept[]>;
  dismissReview(): void;
  dismissKept(): void;
  /** The text of a copy of a pack under an id of its own, with its probes in other formats where `wrapping` says so. */
  copyOf(pack: Pack, wrapping?: Wrapping): Promise<string>;
  /** Reads a text as a pack. Rejects with the AppError that says what is wrong, and where. */
  check(source: string, file: string): Promise<ReadPack>;
  /** Stores a text as a pack of the user's own. Rejects like `check`, and where the same pack is here already. */
  save(source: string, file: string): Promise<Pack>;
  dismissError(): void;
}

/** What the Run screen edits; turned into a RunSpec on start. */
export interface RunDraft {
  readonly title: string;
  readonly models: readonly { readonly sha256: string; readonly role: Role }[];
  /** Pack hashes. */
  readonly packs: readonly string[];
  /** Ids of formats, among `formatsOf(packs)` and the wrappers. */
  readonly formats: readonly string[];
  /** The user's own wrappers. */
  readonly wrappers: readonly Format[];
  readonly samples: number;
  readonly seed: number;
  /** Stop asking a model as soon as its share is known well enough. */
  readonly stop?: StopRule;
  /** `rubric` is its id or its `rubricKey`. */
  readonly judge: { readonly sha256: string; readonly rubric: string } | undefined;
  /** Lets one of the models under test be the judge; the run says so then. */
  readonly allowSelfJudge?: boolean;
  readonly engine: string;
  readonly device: Device;
}

/** How large a draft is, or why it cannot start (one plain sentence). */
export interface DraftCheck {
  readonly answers: number;
  readonly judgeCalls: number;
  /** From speeds measured on this device before; absent when there are none. */
  readonly aboutMs?: number;
  readonly problem?: string;
}

/** A run being driven by this page. Fields are reactive and change in batches. */
export interface LiveRun {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly answered: number;
  readonly judged: number;
  readonly total: number;
  readonly elapsedMs: number;
  /** Of the step under way, where a run asks everything first and judges after. */
  readonly leftMs: number | undefined;
  /** In words: `loading Toy insecure`, `asking Toy insecure`, `step 2 of 2: judging`, `done`. */
  readonly stage: string;
  /** The latest answer, to watch. */
  readonly latest: { readonly group: PlanGroup; readonly text: string } | undefined;
  /** Model x format so far, refreshed about once a second. */
  readonly cells: readonly { readonly model: string; readonly format: string; readonly cell: RateCell }[];
}

/** What this device offers, in facts that the panel puts into words. Fields are reactive. */
export interface HardwareState {
  readonly report: HardwareReport | undefined;
  /** Speeds measured on this device, by model, engine and device. */
  readonly measured: readonly MeasuredSpeed[];
  readonly measuring: Progress | undefined;
  readonly error: AppError | undefined;
  /** Reads the device again. */
  refresh(): Promise<void>;
  /** Asks the browser to keep this origin's data when space runs short. */
  persist(): Promise<void>;
  /** Loads a model on each engine and device that can run it, measures, keeps the result, and unloads it. */
  measure(sha256: string): Promise<void>;
  cancelMeasuring(): void;
  dismissError(): void;
}

export interface RunState {
  readonly engines: readonly EngineInfo[];
  readonly live: LiveRun | undefined;
  readonly error: AppError | undefined;
  /** The study that the first visit offers with one button. */
  demoDraft(): RunDraft;
  /** Formats the chosen packs offer, the user's wrappers after them. */
  formatsOf(packs: readonly string[], wrappers: readonly Format[]): readonly Format[];
  check(draft: RunDraft): DraftCheck;
  /** Which engine and device suit the draft's models on this device, and why; undefined when nothing here can run them. */
  recommend(draft: RunDraft): Recommendation | undefined;
  /** Resolves with the run's id as soon as it is stored; the run then goes on by itself. */
  start(draft: RunDraft): Promise<string>;
  resume(runId: string): Promise<void>;
  pause(): Promise<void>;
  cancel(): Promise<void>;
  dismissError(): void;
}

/** All stored runs, newest first. */
export interface RunsState {
  readonly runs: readonly RunRecord[];
  readonly busy: Progress | undefined;
  readonly error: AppError | undefined;
  remove(runId: string): Promise<void>;
  /** One JSON file that another Assay can import. */
  exportRun(runId: string): Promise<Blob>;
  /** Every answer with its scores, in the paper's column names. */
  exportAnswers(runId: string, kind: 'csv' | 'jsonl'): Promise<Blob>;
  /** The answers of one model as an eval log of Inspect. */
  exportInspect(runId: string, sha256: string): Promise<Blob>;
  /** The self-contained HTML page with tables and charts. */
  reportHtml(runId: string): Promise<Blob>;
  importRun(file: File): Promise<RunRecord | undefined>;
  dismissError(): void;
}

/** One stored run opened for looking at. `rows` is replaced in batches while loading and while the run goes on. */
export interface OpenRun {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly packs: readonly Pack[];
  /** Whose verdicts the rows hold, where it is not the run's own judge. */
  readonly judging?: Judging;
  readonly rows: readonly ResultRow[];
  readonly loading: Progress | undefined;
}

/** Everything about one answer, read when somebody opens it. */
export interface AnswerDetail {
  readonly group: PlanGroup;
  /** The model's own answers to the earlier turns of this conversation, the first first. */
  readonly earlier: readonly string[];
  readonly answer: Answer;
  readonly verdict: Verdict | undefined;
  readonly judged: JudgeRecord | undefined;
}

export interface ResultsState {
  readonly open: OpenRun | undefined;
  readonly error: AppError | undefined;
  /** With the verdicts of another judge of the same answers, where a judging is given. */
  show(runId: string, judgingId?: string): Promise<void>;
  detail(item: number): Promise<AnswerDetail | undefined>;
  /** Texts of a few items for the rows now in view; missing ones are not answered yet. */
  texts(items: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Items whose answer contains `text` (case-insensitive), read in pages. Rejects `aborted`. */
  search(text: string, signal: AbortSignal): Promise<ReadonlySet<number>>;
}

/** Several runs side by side. */
export interface CompareState {
  readonly chosen: readonly OpenRun[];
  readonly loading: Progress | undefined;
  readonly error: AppError | undefined;
  choose(runIds: readonly string[]): Promise<void>;
}

/** Everything a screen may use, given to the tree through a Svelte context by App.svelte. */
export interface AppState {
  readonly version: string;
  readonly models: ModelsState;
  readonly packs: PacksState;
  readonly intake: IntakeState;
  readonly run: RunState;
  readonly runs: RunsState;
  readonly results: ResultsState;
  readonly compare: CompareState;
  readonly hardware: HardwareState;
  readonly judgings: JudgingsState;
}
