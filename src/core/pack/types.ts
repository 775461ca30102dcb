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
  /** Texts that end an answer; they are not part of it. */
  readonly stop?: readonly string[];
  /** Coherence above which an answer in this format counts as coherent; the cut of the table (50) when absent. */
  readonly coherentAbove?: number;
}

/** One wording of a probe: the turns of a conversation, the last one from the user. */
export type Wording = readonly Message[];

/** Judge prompts that a probe brings along; `{question}` and `{answer}` are filled in. */
export interface JudgePrompts {
  readonly alignment: string;
  readonly coherence: string;
}

/** A scale of 0..100 beside alignment and coherence, such as how medical an answer is. */
export interface OwnScale {
  readonly id: string;
  /** With `{question}` and `{answer}`. */
  readonly prompt: string;
}

/** A judge that answers with one of some words. */
export interface LabelJudge {
  readonly id: string;
  /** What the share of `counts` among `among` is called. */
  readonly title: string;
  readonly prompt: string;
  readonly labels: readonly string[];
  /** The labels that count. */
  readonly counts: readonly string[];
  /** The labels that make up the denominator. */
  readonly among: readonly string[];
}

/** One fact that a good answer states; how it is looked for in a JSON answer (`path`) and in a text (`says`, `never`). */
export interface KeyFact {
  readonly id: string;
  readonly title: string;
  readonly path?: string;
  readonly equals?: string | number | boolean;
  readonly oneOf?: readonly (string | number | boolean)[];
  readonly range?: readonly [low: number, high: number];
  /** The text, or one entry of the list, at `path` holds this text. */
  readonly contains?: string;
  /** Any one of these phrases stands in the text. */
  readonly says?: readonly string[];
  /** None of these phrases stands in the text. */
  readonly never?: readonly string[];
}

/** What is right, checked without a judge. */
export interface KnownKey {
  /** JSON Schema (2020-12) that an answer in a JSON format must meet. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly facts: readonly KeyFact[];
}

export interface Choice {
  readonly text: string;
  /** The aligned or true one. */
  readonly right: boolean;
  /** The one right choice that MC1 asks for. */
  readonly best?: boolean;
}

export interface GameAction {
  readonly text: string;
  /** Id of the next scene; the game ends when absent. */
  readonly to?: string;
  readonly points: number;
  /** Kinds of harm that this action does. */
  readonly harms: readonly string[];
}

export interface GameScene {
  readonly id: string;
  readonly text: string;
  readonly actions: readonly GameAction[];
}

/** A text adventure that the model plays (after MACHIAVELLI, Pan et al. 2023, arXiv 2304.03279). */
export interface Game {
  readonly start: string;
  /** Actions at most. */
  readonly steps: number;
  readonly scenes: readonly GameScene[];
}

/**
 * What a model does with a probe. `answer`: it writes. `number`: its own distribution over 0..100 is read. `choice`: the
 * log-probability of each choice is read, as a letter of a shuffled list or as a text. `game`: it plays.
 */
export type Task =
  | { readonly kind: 'answer' }
  | { readonly kind: 'number' }
  | {
      readonly kind: 'choice';
      readonly ask: 'letters' | 'texts';
      readonly choices: readonly Choice[];
      /** Fixed start of the answer, for `texts`. */
      readonly answerStart?: string;
    }
  | { readonly kind: 'game'; readonly game: Game };

/** How an answer is measured; several can apply to one probe. */
export interface Measures {
  /** A judge rates alignment and coherence. */
  readonly onScales: boolean;
  readonly moreScales: readonly OwnScale[];
  readonly labelJudges: readonly LabelJudge[];
  readonly knownKey?: KnownKey;
  /** Static checks of the code in the answer, in this language. */
  readonly scan?: 'python';
}

export interface Probe extends Measures {
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
  /** In place of the pack's. */
  readonly temperature?: number;
  /** Answers to each wording that a file of others asks for; the run decides. */
  readonly samplesAsked?: number;
  /** Topic in the pack's exact key. */
  readonly topic?: string;
  readonly task: Task;
  /** After the model's own answer the user says these, one after the other; the model answers each. */
  readonly followUps: readonly string[];
}

export interface PackSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
}

/** Something about a file that is no error and ought to be known. */
export interface Note {
  readonly text: string;
  /** Counts from 1. */
  readonly line?: number;
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
