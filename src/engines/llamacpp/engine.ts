import { proxy } from 'comlink';
import type {
  BinaryFile,
  Engine,
  EngineInfo,
  LoadedFacts,
  LoadedModel,
  LoadOptions,
  ModelSource,
} from '../../core/engine.ts';
import { aborted, AppError, toAppError } from '../../core/errors.ts';
import { throwIfAborted } from '../../core/signal.ts';
import { carryErrors } from './bridge.ts';
import { Connection } from './connection.ts';

const INFO: EngineInfo = {
  id: 'llamacpp',
  label: 'llama.cpp (wllama), GGUF files',
  fake: false,
  logprobs: 'full',
  seeded: true,
  devices: ['cpu', 'webgpu'],
};

export interface LlamaCppOptions {
  /** How long a load may take, in milliseconds. */
  readonly loadTimeoutMs?: (sizeBytes: number) => number;
}

/** Measured: 18 s per GiB on two busy cores, and some seconds for the first compilation of the library. */
function defaultLoadTimeoutMs(sizeBytes: number): number {
  return 120_000 + (sizeBytes / 2 ** 30) * 120_000;
}

/**
 * llama.cpp in WebAssembly, in a worker of its own per model.
 *
 * Memory: besides the weights and each request's context, llama.cpp keeps the states of past prompts. renewal.ts bounds
 * that by starting llama.cpp anew now and then, a second for a small model; `unload` gives everything back.
 */
export function createLlamaCpp(options: LlamaCppOptions = {}): Engine {
  carryErrors();
  return {
    info: INFO,
    load: (model, loadOptions) => load(model, loadOptions, options.loadTimeoutMs ?? defaultLoadTimeoutMs),
  };
}

async function load(
  model: ModelSource,
  { device, batch, contextTokens, signal, onProgress }: LoadOptions,
  timeoutMs: (sizeBytes: number) => number,
): Promise<LoadedModel> {
  throwIfAborted(signal);
  onProgress?.({ stage: 'open', fraction: 0 });
  const file = await toBlob(await model.open());
  throwIfAborted(signal);
  const connection = new Connection(
    new Worker(new URL('../../../workers/llamacpp.ts', import.meta.url), { type: 'module' }),
  );
  const limit = timeoutMs(file.size);
  const timer = setTimeout(() => {
    connection.close(
      new AppError('engine-timeout', `loading the model: expected at most ${limit} ms, it took longer`),
    );
  }, limit);
  try {
    const request = { file, sha256: model.sha256, device, batch, contextTokens };
    const report = proxy(onProgress ?? (() => undefined));
    const facts = await connection.call(signal, (host) => host.load(request, report));
    return createModel(connection, facts);
  } catch (thrown) {
    connection.close(aborted());
    throw toAppError(thrown, 'model-load');
  } finally {
    clearTimeout(timer);
  }
}

/** A Blob goes to the worker by reference, without being read. */
async function toBlob(file: BinaryFile): Promise<Blob> {
  return file instanceof Blob ? file : new Blob([await file.arrayBuffer()]);
}

function createModel(connection: Connection, facts: LoadedFacts): LoadedModel {
  return {
    facts,
    sample: (request, { signal, onSample } = {}) =>
      connection.call(signal, (host, call) =>
        host.sample(call, request, onSample === undefined ? undefined : proxy(onSample)),
      ),
    nextToken: (prompt, top, { signal } = {}) =>
      connection.call(signal, (host, call) => host.nextToken(call, prompt, top)),
    score: (prompt, continuations, { signal } = {}) =>
      connection.call(signal, (host, call) => host.score(call, prompt, continuations)),
    tokenize: (text) => connection.call(undefined, (host) => host.tokenize(text)),
    unload: () => {
      connection.close(new AppError('engine-crashed', 'the model was unloaded'));
      return Promise.resolve();
    },
  };
}
