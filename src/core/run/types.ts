import type { EngineChoice, RunModel } from '../model.ts';
import type { Rubric } from '../judge/types.ts';
import type { LoadedFacts, Message, Prompt } from '../engine.ts';
import type { Format, JudgePrompts } from '../pack/types.ts';

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
}

/** One prompt that is asked `samples` times: model x probe x wording x format. */
export interface PlanGroup {
  /** Index of the group; its items are `index * samples + sample`. */
  readonly index: number;
  readonly model: number;
  readonly packHash: string;
  readonly packId: string;
  readonly probeId: string;
  readonly probeTitle: string;
  readonly domain: string;
  readonly wording: number;
  readonly format: Format;
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
  /** groups x samples: the number of answers. */
  readonly items: number;
}

/** One answer of a model. Key: run and item. Stored the moment it exists, for ever. */
export interface Answer {
  readonly runId: string;
  readonly item: number;
  readonly text: string;
  readonly seed: number;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
  readonly answeredAt: number;
}
