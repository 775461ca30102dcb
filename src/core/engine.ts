import type { CancelSignal } from './signal.ts';

/** The part of the web's Blob that the domain uses; a Blob or File fits as it is. */
export interface BinaryFile {
  readonly size: number;
  slice(start?: number, end?: number): BinaryFile;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export type Device = 'cpu' | 'webgpu';

/** What an engine can do, as data. */
export interface EngineInfo {
  readonly id: string;
  /** Shown to people; the fake engine says that it is fake. */
  readonly label: string;
  readonly fake: boolean;
  /** Which log-probabilities `nextToken` and `score` rest on. */
  readonly logprobs: 'full' | 'top-k' | 'none';
  /** Same seed, same machine: same text. */
  readonly seeded: boolean;
  readonly devices: readonly Device[];
}

/** A model file: identified by the SHA-256 of its bytes (64 hex digits). */
export interface ModelSource {
  readonly sha256: string;
  readonly label: string;
  readonly sizeBytes: number;
  /** Opens the bytes; rejects with AppError `not-found` or `model-checksum`. */
  open(): Promise<BinaryFile>;
}

export interface LoadProgress {
  readonly stage: 'open' | 'load' | 'check';
  readonly fraction: number;
}

export interface LoadOptions {
  readonly device: Device;
  /** Requests that may run at once; the engine may give fewer (see LoadedFacts.batch). */
  readonly batch: number;
  /** Context per request, in tokens; capped by what the model was trained with. */
  readonly contextTokens: number;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** What really ran; stored with the run and printed with its results. */
export interface LoadedFacts {
  readonly engine: string;
  /** Version of the engine's library and of the runtime inside it. */
  readonly engineVersion: string;
  readonly deviceAsked: Device;
  /** Read back from the engine, not assumed. */
  readonly deviceUsed: Device;
  readonly threads: number;
  readonly batch: number;
  readonly contextTokens: number;
  readonly vocabulary: number;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What a model is asked: chat messages put through the model's own template, with an optional start of the
 * assistant's answer; or a raw text that it continues as it is.
 */
export type Prompt =
  | { readonly kind: 'chat'; readonly messages: readonly Message[]; readonly prefill?: string }
  | { readonly kind: 'raw'; readonly text: string };

/** Pure sampling at a temperature: `topP` 1 means the whole vocabulary; no top-k, no min-p. */
export interface SampleRequest {
  readonly prompt: Prompt;
  /** One sample per seed (unsigned 32-bit integers), in this order. */
  readonly seeds: readonly number[];
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Texts that end an answer; they are not part of it. */
  readonly stop: readonly string[];
}

export interface Sample {
  readonly seed: number;
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
}

export interface SampleOptions {
  readonly signal?: CancelSignal;
  /** Called with each finished sample, in the order in which they finish. `index` counts in `seeds`. */
  readonly onSample?: (index: number, sample: Sample) => void;
}

/** One token of the vocabulary and its log-probability (nats), before temperature and filters. */
export interface TokenProb {
  readonly id: number;
  readonly token: string;
  readonly logprob: number;
}

/** log P(continuation | prompt), nats, summed over its tokens; `tokens` holds the parts. */
export interface Scored {
  readonly logprob: number;
  readonly tokens: readonly TokenProb[];
}

export interface CallOptions {
  readonly signal?: CancelSignal;
}

/** A model in memory. Every method rejects with an AppError; after `unload` with `engine-crashed`. */
export interface LoadedModel {
  readonly facts: LoadedFacts;
  sample(request: SampleRequest, options?: SampleOptions): Promise<readonly Sample[]>;
  /** The `top` likeliest next tokens, likeliest first; with `top` = vocabulary they sum to 1. */
  nextToken(prompt: Prompt, top: number, options?: CallOptions): Promise<readonly TokenProb[]>;
  /** Teacher-forced; rejects with `not-scorable` where a continuation cannot be forced token by token. */
  score(prompt: Prompt, continuations: readonly string[], options?: CallOptions): Promise<readonly Scored[]>;
  /** The model's own tokens of a plain text, without the begin-of-sequence token. */
  tokenize(text: string): Promise<readonly number[]>;
  unload(): Promise<void>;
}

export interface Engine {
  readonly info: EngineInfo;
  load(model: ModelSource, options: LoadOptions): Promise<LoadedModel>;
}
