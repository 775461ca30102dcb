import { releaseProxy } from 'comlink';
import { AppError } from '../../core/errors.ts';
import { loadModel, type Environment, type Model } from './model.ts';
import type { LlamaHost } from './protocol.ts';

/** The worker's side: one model for the life of the worker. */
export function createHost(environment: Environment): LlamaHost {
  const calls = new Map<number, AbortController>();
  let model: Model | undefined;

  async function cancellable<T>(
    call: number,
    work: (model: Model, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (model === undefined) throw new AppError('internal', 'expected a loaded model, got none');
    const controller = new AbortController();
    calls.set(call, controller);
    try {
      return await work(model, controller.signal);
    } finally {
      calls.delete(call);
    }
  }

  return {
    load: async (request, onProgress) => {
      model = await loadModel(request, environment, onProgress);
      return model.facts;
    },
    sample: async (call, request, onSample) => {
      try {
        return await cancellable(call, (loaded, signal) =>
          loaded.sample(request, signal, (index, sample) => {
            onSample?.(index, sample);
          }),
        );
      } finally {
        release(onSample);
      }
    },
    nextToken: (call, prompt, top) =>
      cancellable(call, (loaded, signal) => loaded.nextToken(prompt, top, signal)),
    score: (call, prompt, continuations) =>
      cancellable(call, (loaded, signal) => loaded.score(prompt, continuations, signal)),
    tokenize: async (text) => {
      if (model === undefined) throw new AppError('internal', 'expected a loaded model, got none');
      return Promise.resolve(model.tokenize(text));
    },
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
