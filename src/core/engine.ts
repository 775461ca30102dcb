import type { CancelSignal } from './signal.ts';

/** The part of the web's Blob that the domain uses; a Blob or File fits as it is. */
export interface BinaryFile {
  readonly size: number;
  slice(start?: number, end?: number): BinaryFile;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export type Device = 'cpu' | 'webgpu';

/**
 * What a model is made of. `gguf`: one GGUF file, or the parts of a split one in order. `mlc`: the files of a folder in
 * MLC's format and the model library (`.wasm`) that was compiled for it.
 */
export const MODEL_KINDS = ['gguf', 'mlc'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

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
  /** Kinds of model that it reads. */
  readonly kinds: readonly ModelKind[];
}

/** One file of a model. */
export interface ModelFile {
  /** Path within the model's folder, with `/`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Of its bytes, 64 hex digits; an engine verifies it before it uses them. */
  readonly sha256: string;
  /** Opens the bytes; rejects with AppError `not-found`, or `permission` where the user has to allow it again. */
  open(): Promise<BinaryFile>;
}

/** A model that an engine can load. `sha256` identifies it: see `modelHash` in core/model-hash.ts. */
export interface ModelSource {
  readonly sha256: string;
  readonly label: string;
  readonly kind: ModelKind;
  /** Of all its files. */
  readonly sizeBytes: number;
  /** In the order in which the engine reads them; of an adapter's model these are its base's. */
  readonly files: readonly ModelFile[];
  /** A GGUF adapter (LoRA) put on top of `files` while it runs. */
  readonly adapter?: ModelFile;
}

export interface LoadProgress {
  readonly stage: 'open' | 'load' | 'check';
  readonly fraction: number;
}

/**
 * One comparison of two ways to the same numbers, made while a model loads. `repeat`: the same call twice. `batch`: beside
 * others against alone. `fork`: on a shared prefix against on its own. `devices`: GPU against CPU. `tokenizer`: token counts
 * of ours against the engine's. `adapter`: the base with the adapter off against the base alone.
 */
export interface SelfCheck {
  readonly name: 'repeat' | 'batch' | 'fork' | 'devices' | 'tokenizer' | 'adapter';
  /** `failed` stands only where the engine fell back to a way that does not need it; `note` says to which. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Largest difference of a log-probability, in nats. */
  readonly difference?: number;
  readonly tolerance?: number;
  /** Why it was skipped, or what was done about a failure. */
  readonly note?: string;
}

/** Measured on a short text after the load. */
export interface Speed {
  readonly prefillTokensPerS: number;
  /** Aggregate over a batch of so many sequences, ascending by `batch`. */
  readonly decode: readonly { readonly batch: number; readonly tokensPerS: number }[];
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
  /** Absent in runs of Assay 0.1. */
  readonly checks?: readonly SelfCheck[];
  readonly speed?: Speed;
  /**
   * Calls made together whose prompts begin alike compute the beginning once, and what follows side by side. Absent: no, and such
   * calls are cheaper one after the other.
   */
  readonly sharesPrompts?: boolean;
  /** The GPU as the browser names it, where one was used. */
  readonly adapterName?: string;
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
  /**
   * Loads models that share their `files` (a base and adapters of it) into one memory. Each is used and unloaded by itself;
   * the memory goes with the last. Absent where the engine cannot put an adapter on a model.
   */
  loadSeries?(models: readonly ModelSource[], options: LoadOptions): Promise<readonly LoadedModel[]>;
}
