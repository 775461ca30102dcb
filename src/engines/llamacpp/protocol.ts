import type {
  Device,
  LoadedFacts,
  LoadProgress,
  Prompt,
  Sample,
  SampleRequest,
  Scored,
  TokenProb,
} from '../../core/engine.ts';

export interface HostLoad {
  readonly file: Blob;
  readonly sha256: string;
  readonly device: Device;
  readonly batch: number;
  readonly contextTokens: number;
}

/** What the worker offers the page; both sides import this type. `call` numbers a request, for `interrupt`. */
export interface LlamaHost {
  load(request: HostLoad, onProgress: (progress: LoadProgress) => void): Promise<LoadedFacts>;
  sample(
    call: number,
    request: SampleRequest,
    onSample: ((index: number, sample: Sample) => void) | undefined,
  ): Promise<readonly Sample[]>;
  nextToken(call: number, prompt: Prompt, top: number): Promise<readonly TokenProb[]>;
  score(call: number, prompt: Prompt, continuations: readonly string[]): Promise<readonly Scored[]>;
  tokenize(text: string): Promise<readonly number[]>;
  interrupt(call: number): void;
}
