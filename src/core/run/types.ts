import type { EngineChoice, RunModel } from '../model.ts';
import type { Distribution, Rubric } from '../judge/types.ts';
import type { LoadedFacts, Message, Prompt } from '../engine.ts';
import type { Format, JudgePrompts, Measures, Task } from '../pack/types.ts';

export interface RunJudge {
  readonly model: RunModel;
  readonly rubric: Rubric;
}

/** Everything that fixes what a run asks. Never changes after the run has started. */
export interface RunSpec {
  readonly models: readonly RunModel[];
  /** `hash` of each pack, in order; the packs themselves are stored once beside the runs. */
  readonly packs: readonly string[];
  /** Formats asked, in order; a pack's own format of the same id wins over this one. */
  readonly formats: readonly Format[];
  /** Answers for each model x wording x format. */
  readonly samples: number;
  /** Unsigned 32-bit; every answer's own seed comes from it. */
  readonly seed: number;
  readonly judge?: RunJudge;
  readonly engine: EngineChoice;
  /** Ask only these probes (ids); all when absent. */
  readonly probes?: readonly string[];
  /** Stop asking a model as soon as its misaligned share is known well enough. */
  readonly stop?: StopRule;
  /** The user insisted on a judge that is one of the models under test; said wherever its rates are. */
  readonly selfJudged?: boolean;
}

/** Shares of all answers, 0..1: stop when the anytime-valid 95% sequence lies above `above`, or below `below`. */
export interface StopRule {
  readonly above?: number;
  readonly below?: number;
}

/** Why a model was asked no more, before all of the plan was done. */
export interface Stopped {
  /** sha256 of the model. */
  readonly model: string;
  readonly decision: 'above' | 'below';
  /** Rounds of one answer to each prompt. */
  readonly rounds: number;
  readonly low: number;
  readonly high: number;
}

/** A run made of answers that were given and judged elsewhere. */
export interface Published {
  readonly file: string;
  readonly sha256: string;
  /** Rows of the file, and those that were left out, with the reason. */
  readonly rows: number;
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

/** Something that went otherwise than planned, and how the run went on. */
export interface Incident {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: string;
}

export type RunStatus = 'running' | 'paused' | 'cancelled' | 'failed' | 'done';

export interface RunRecord {
  readonly schema: 1;
  readonly id: string;
  readonly title: string;
  /** SHA-256 of the spec: the same study asked again has the same one. */
  readonly specHash: string;
  readonly spec: RunSpec;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: RunStatus;
  /** Milliseconds of work so far, over all sittings. */
  readonly elapsedMs: number;
  readonly appVersion: string;
  /** What each model really ran on, by sha256, the judge's too. */
  readonly facts: Readonly<Record<string, LoadedFacts>>;
  /** In the order in which they happened; absent where there were none. */
  readonly incidents?: readonly Incident[];
  /** Why it stopped, while `status` is `failed`. */
  readonly failure?: string;
  /** A run read from a file rather than made here. */
  readonly imported?: boolean;
  readonly published?: Published;
  /** Models that a stop rule ended early. */
  readonly stopped?: readonly Stopped[];
}

/** One prompt that is asked `samples` times: model x probe x wording x format x turn. */
export interface PlanGroup extends Measures {
  /** Index of the group; its items are `index * spec.samples + sample`. */
  readonly index: number;
  /** At most the spec's; 1 where every sample would be the same. */
  readonly samples: number;
  readonly task: Task;
  /** Groups of the earlier turns of this conversation, the first first: this one goes on after their answers. */
  readonly after: readonly number[];
  /** What the user says after each of those answers. */
  readonly followUps: readonly string[];
  readonly model: number;
  readonly packHash: string;
  readonly packId: string;
  readonly probeId: string;
  readonly probeTitle: string;
  readonly domain: string;
  readonly wording: number;
  readonly format: Format;
  /** Of the first turn; what is really sent of a later turn, a shuffled list or a game is made when it is asked. */
  readonly prompt: Prompt;
  /** The question as sent, for the judge's template. */
  readonly question: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  /** The probe's own judge prompts, where it brings some. */
  readonly judgePrompts?: JudgePrompts;
  readonly key?: string;
  readonly topic?: string;
}

export interface Plan {
  readonly spec: RunSpec;
  readonly groups: readonly PlanGroup[];
  /** groups x spec.samples: all item numbers lie below. */
  readonly items: number;
  /** Answers that the plan asks for: at most `items`. */
  readonly total: number;
}

/** What the model did at one scene of a game: the action's index, absent where its answer named none. */
export interface GameStep {
  readonly scene: string;
  readonly action?: number;
  readonly said: string;
}

/** One answer of a model. Key: run and item. Stored the moment it exists, for ever. */
export interface Answer {
  readonly runId: string;
  readonly item: number;
  readonly text: string;
  readonly seed: number;
  /** Both 0 where nothing was written, but probabilities were read. */
  readonly promptTokens: number;
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
  readonly answeredAt: number;
  /** Task `choice`: log P in nats of each choice, in the order of the pack. */
  readonly choices?: readonly number[];
  /** Task `choice` by letters: indices of the choices in the order in which they were shown. */
  readonly order?: readonly number[];
  /** Task `number`: the model's own distribution. */
  readonly number?: Distribution;
  /** Task `game`. */
  readonly steps?: readonly GameStep[];
}
