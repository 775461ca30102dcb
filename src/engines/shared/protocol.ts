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

export interface HostFile {
  readonly name: string;
  readonly sha256: string;
  readonly blob: Blob;
}

export interface HostLoad {
  /** In the order of ModelSource.files. */
  readonly files: readonly HostFile[];
  /** Adapters that requests may put on the model, by their index here. */
  readonly adapters: readonly HostFile[];
  readonly device: Device;
  readonly batch: number;
  readonly contextTokens: number;
}

/** Which of the loaded models a request is for: an index into HostLoad.adapters, or the base alone. */
export type Variant = number;
export const BASE: Variant = -1;

/** What the worker offers the page; both sides import this type. `call` numbers a request, for `interrupt`. */
export interface EngineHost {
  load(request: HostLoad, onProgress: (progress: LoadProgress) => void): Promise<LoadedFacts>;
  sample(
    call: number,
    variant: Variant,
    request: SampleRequest,
    onSample: ((index: number, sample: Sample) => void) | undefined,
  ): Promise<readonly Sample[]>;
  nextToken(call: number, variant: Variant, prompt: Prompt, top: number): Promise<readonly TokenProb[]>;
  score(
    call: number,
    variant: Variant,
    prompt: Prompt,
    continuations: readonly string[],
  ): Promise<readonly Scored[]>;
  tokenize(text: string): Promise<readonly number[]>;
  interrupt(call: number): void;
}
