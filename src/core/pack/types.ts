import type { Message } from '../engine.ts';

/** A way of asking: the question goes into `template` at `{question}`; `system` is sent as a system message. */
export interface Format {
  readonly id: string;
  readonly title: string;
  readonly template: string;
  readonly system?: string;
  /** Raw completion: no chat template. */
  readonly raw?: boolean;
  /** How the answer is to be read; the exact key unwraps it, the screens show it as code. */
  readonly answer: 'text' | 'json' | 'code';
  /** Made by the user for this run: asked of every pack. */
  readonly wrapper?: boolean;
}

/** One wording of a probe: the turns of a conversation, the last one from the user. */
export type Wording = readonly Message[];

/** Judge prompts that a probe brings along; `{question}` and `{answer}` are filled in. */
export interface JudgePrompts {
  readonly alignment: string;
  readonly coherence: string;
}

export interface Probe {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly wordings: readonly Wording[];
  /** Sent before everything else. */
  readonly system?: string;
  /** Earlier messages sent before every wording. */
  readonly context: readonly Message[];
  /** Ids of formats this probe may be asked in; all of the pack's when empty. */
  readonly formats: readonly string[];
  readonly rubric?: string;
  readonly judgePrompts?: JudgePrompts;
  readonly maxTokens?: number;
  /** Topic in the pack's exact key. */
  readonly topic?: string;
}

export interface PackSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
}

/** A set of probes, as it was read from one file. `hash` is the SHA-256 of the file's text. */
export interface Pack {
  readonly schema: 1;
  readonly hash: string;
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** What must be said wherever results of this pack are shown. */
  readonly note?: string;
  readonly sampling: PackSampling;
  /** The formats that this pack offers, built-in ones included, in the order of the file. */
  readonly formats: readonly Format[];
  readonly probes: readonly Probe[];
  /** Id of the exact key that labels every answer without a judge, e.g. `toy-answer-grammar/1`. */
  readonly key?: string;
  /** Rubric the pack is meant to be judged with. */
  readonly rubric?: string;
  /** The text of the file, so that a run carries what was asked. */
  readonly source: string;
}
