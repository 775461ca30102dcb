import { releaseProxy } from 'comlink';
import type {
  LoadedFacts,
  LoadProgress,
  Prompt,
  Sample,
  SampleRequest,
  Scored,
  TokenProb,
} from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import type { EngineHost, HostLoad, Variant } from './protocol.ts';

/** A loaded model inside a worker. */
export interface HostModel {
  readonly facts: LoadedFacts;
  sample(
    variant: Variant,
    request: SampleRequest,
    signal: AbortSignal,
    onSample: (index: number, sample: Sample) => void,
  ): Promise<readonly Sample[]>;
  nextToken(
    variant: Variant,
    prompt: Prompt,
    top: number,
    signal: AbortSignal,
  ): Promise<readonly TokenProb[]>;
  score(
    variant: Variant,
    prompt: Prompt,
    continuations: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Scored[]>;
  tokenize(text: string): readonly number[];
}

type Load = (request: HostLoad, onProgress: (progress: LoadProgress) => void) => Promise<HostModel>;

/** The worker's side of an engine: one model (with its adapters) for the life of the worker. */
export function createHost(load: Load): EngineHost {
  const calls = new Map<number, AbortController>();
  let model: HostModel | undefined;

  function loaded(): HostModel {
    if (model === undefined) throw new AppError('internal', 'expected a loaded model, got none');
    return model;
  }

  async function cancellable<T>(
    call: number,
    work: (model: HostModel, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    calls.set(call, controller);
    try {
      return await work(loaded(), controller.signal);
    } finally {
      calls.delete(call);
    }
  }

  return {
    load: async (request, onProgress) => {
      model = await load(request, onProgress);
      return model.facts;
    },
    sample: async (call, variant, request, onSample) => {
      try {
        return await cancellable(call, (model, signal) =>
          model.sample(variant, request, signal, (index, sample) => {
            onSample?.(index, sample);
          }),
        );
      } finally {
        release(onSample);
      }
    },
    nextToken: (call, variant, prompt, top) =>
      cancellable(call, (model, signal) => model.nextToken(variant, prompt, top, signal)),
    score: (call, variant, prompt, continuations) =>
      cancellable(call, (model, signal) => model.score(variant, prompt, continuations, signal)),
    tokenize: async (text) => Promise.resolve(loaded().tokenize(text)),
    interrupt: (call) => {
      calls.get(call)?.abort();
    },
  };
}

/** A callback from the page is a Comlink proxy with a message channel of its own, which this closes. */
function release(callback: unknown): void {
  if (typeof callback !== 'function') return;
  const free: unknown = Reflect.get(callback, releaseProxy);
  if (typeof free === 'function') Reflect.apply(free, callback, []);
}
