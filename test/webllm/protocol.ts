import type { LoadedFacts, Scored } from '../../src/core/engine.ts';
import type { Generation } from '../../src/core/mlc/library.ts';

/** The GPU as the page sees it. */
export interface AdapterReport {
  readonly name: string;
  /** A GPU of software: correct, and thousands of times slower. */
  readonly software: boolean;
  readonly features: readonly string[];
}

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export interface Drawn {
  readonly texts: readonly string[];
  readonly promptTokens: number;
  /** Over all samples. */
  readonly tokens: number;
}

/** What the public API of WebLLM did for one request. */
export interface PublicRun {
  readonly promptTokens: number;
  readonly tokens: number;
  /** As it measured them itself. */
  readonly prefillTokensPerS: number;
  readonly decodeTokensPerS: number;
}

/** What a request to the public API is. */
export interface PublicRequest {
  readonly prompt: string;
  readonly maxTokens: number;
}

/** What the page offers to the program that drives it; every answer can be cloned. */
export interface ProofPage {
  adapter(): Promise<AdapterReport | undefined>;
  load(batch: number, contextTokens: number): Promise<Timed<LoadedFacts>>;
  tokenize(text: string): Promise<readonly number[]>;
  /** Log-probabilities of all tokens after a text, by id, as base64 of little-endian float32. */
  distribution(text: string): Promise<Timed<string>>;
  score(text: string, continuations: readonly string[]): Promise<Timed<readonly Scored[]>>;
  sample(
    text: string,
    seeds: readonly number[],
    temperature: number,
    maxTokens: number,
  ): Promise<Timed<Drawn>>;
  /** The eleven questions of a judge's score whose tokenizer spells digits, one after the other as the judge asks them. */
  judgeDigits(text: string): Promise<Timed<number>>;
  /** Milliseconds of asking for one likeliest token. */
  prefill(text: string): Promise<Timed<number>>;
  unload(): Promise<void>;
  publicLoad(generation: Generation, contextTokens: number): Promise<Timed<string>>;
  publicRun(request: PublicRequest): Promise<Timed<PublicRun>>;
  publicUnload(): Promise<void>;
}

declare global {
  interface Window {
    proof?: ProofPage;
    /** Set by the program: prints a line of progress. */
    say?: (line: string) => void;
  }
}
