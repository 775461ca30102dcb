import {
  MODEL_KINDS,
  type Engine,
  type EngineInfo,
  type LoadedFacts,
  type LoadedModel,
  type LoadOptions,
  type ModelSource,
  type Prompt,
  type Sample,
  type Scored,
  type TokenProb,
} from '../../core/engine.ts';
import { aborted, AppError } from '../../core/errors.ts';
import { throwIfAborted, type CancelSignal } from '../../core/signal.ts';
import { draw } from './draw.ts';
import { createNet, type Net } from './net.ts';
import { createVocabulary, UNKNOWN, type Numbers, type Vocabulary } from './vocabulary.ts';

export interface FakeOptions {
  /** Before each call and each sample, in milliseconds. */
  readonly latencyMs?: number;
  /** After so many calls the engine "crashes" and stays so. */
  readonly failAfter?: number;
  /** With the call of this number, counted over all its models, the device is lost: once, and with it what is in memory then. */
  readonly loseDeviceAt?: number;
  /** Models that have room in memory at once; one more does not load. A series counts as one. */
  readonly room?: number;
  /** Whether 10 to 100 are one token each (default) or are written digit by digit. */
  readonly vocabulary?: Numbers;
  /** Scripts the answers: gets the rendered chat; undefined leaves the answer to chance. */
  readonly answer?: (prompt: string) => string | undefined;
}

const INFO: EngineInfo = {
  id: 'fake',
  label: 'fake engine (no model: made-up answers for tests)',
  fake: true,
  logprobs: 'full',
  seeded: true,
  devices: ['cpu'],
  kinds: MODEL_KINDS,
};

/** What the models of one engine share. */
interface Machine {
  calls: number;
  present: number;
  /** How to take each loaded model away. */
  readonly inMemory: Set<(error: AppError) => void>;
}

/** A deterministic stand-in for an engine. It does not read the model; another SHA-256 gives other answers. */
export function createFake(options: FakeOptions = {}): Engine {
  const machine: Machine = { calls: 0, present: 0, inMemory: new Set() };
  const loadSeries = async (
    models: readonly ModelSource[],
    { device, batch, contextTokens, signal, onProgress }: LoadOptions,
  ): Promise<readonly LoadedModel[]> => {
    await pause(options.latencyMs ?? 0, signal);
    if (machine.present >= (options.room ?? Infinity)) {
      throw new AppError('model-load', `expected room for one more than ${machine.present} models, got none`);
    }
    onProgress?.({ stage: 'check', fraction: 1 });
    machine.present += 1;
    const vocabulary = createVocabulary(options.vocabulary ?? 'single-numbers');
    const facts: LoadedFacts = {
      engine: INFO.id,
      engineVersion: '1',
      deviceAsked: device,
      deviceUsed: 'cpu',
      threads: 1,
      batch,
      contextTokens,
      vocabulary: vocabulary.tokens.length,
    };
    let inUse = models.length;
    const onUnload = (): void => {
      inUse -= 1;
      if (inUse === 0) machine.present -= 1;
    };
    return models.map(({ sha256 }) => {
      const scripted = options.answer === undefined ? {} : { answer: options.answer };
      const net = createNet({ vocabulary, seed: sha256, ...scripted });
      return createModel({ net, vocabulary, facts, options, machine, onUnload });
    });
  };
  return {
    info: INFO,
    loadSeries,
    async load(model, asked) {
      const [only] = await loadSeries([model], asked);
      if (only === undefined) throw new AppError('internal', 'expected one loaded model, got none');
      return only;
    },
  };
}

interface Parts {
  readonly net: Net;
  readonly vocabulary: Vocabulary;
  readonly facts: LoadedFacts;
  readonly options: FakeOptions;
  readonly machine: Machine;
  readonly onUnload: () => void;
}

function createModel({ net, vocabulary, facts, options, machine, onUnload }: Parts): LoadedModel {
  let ended: AppError | undefined;
  let unloaded = false;
  let calls = 0;
  const pending = new Set<(error: AppError) => void>();
  const gone = new AppError('engine-crashed', 'the model was unloaded');

  /** Runs `work` after the latency; settles at once on abort and on unload. */
  async function call<T>(signal: CancelSignal | undefined, work: () => Promise<T> | T): Promise<T> {
    if (ended === undefined && ++machine.calls === options.loseDeviceAt) loseDevice(machine);
    if (ended !== undefined) throw ended;
    throwIfAborted(signal);
    if (++calls > (options.failAfter ?? Infinity))
      throw new AppError('engine-crashed', 'the fake engine crashed, as it was told to');
    let onEnd: (error: AppError) => void = () => undefined;
    const ending = new Promise<never>((_resolve, reject) => (onEnd = reject));
    pending.add(onEnd);
    try {
      return await Promise.race([pause(options.latencyMs ?? 0, signal).then(work), ending]);
    } finally {
      pending.delete(onEnd);
    }
  }

  function end(error: AppError): void {
    ended ??= error;
    for (const reject of pending) reject(error);
  }
  machine.inMemory.add(end);

  const textOf = (prompt: Prompt): string => fitting(net, vocabulary, prompt, facts.contextTokens);

  return {
    facts,
    sample: (request, { signal, onSample } = {}) =>
      call(signal, async () => {
        textOf(request.prompt);
        const samples: Sample[] = [];
        for (const [index, seed] of request.seeds.entries()) {
          if (index > 0) await pause(options.latencyMs ?? 0, signal);
          const sample = draw(net, vocabulary, request, seed, facts.contextTokens);
          samples.push(sample);
          onSample?.(index, sample);
        }
        return samples;
      }),
    nextToken: (prompt, top, { signal } = {}) =>
      call(signal, () => likeliest(net.next(textOf(prompt)), vocabulary).slice(0, top)),
    score: (prompt, continuations, { signal } = {}) =>
      call(signal, () => continuations.map((text) => force(net, vocabulary, textOf(prompt), text))),
    tokenize: (text) => call(undefined, () => vocabulary.encode(text)),
    unload: () => {
      end(gone);
      machine.inMemory.delete(end);
      if (!unloaded) onUnload();
      unloaded = true;
      return Promise.resolve();
    },
  };
}

/** The prompt as a text; rejects one that leaves no room for an answer. */
function fitting(net: Net, vocabulary: Vocabulary, prompt: Prompt, contextTokens: number): string {
  const text = net.render(prompt);
  const tokens = vocabulary.encode(text).length;
  if (tokens < contextTokens) return text;
  throw new AppError('context-overflow', `expected a prompt below ${contextTokens} tokens, got ${tokens}`);
}

/** Takes everything in memory away, as a driver that starts anew does. */
function loseDevice({ inMemory }: Machine): void {
  const lost = new AppError('device-lost', 'the fake engine lost its device, as it was told to');
  for (const end of inMemory) end(lost);
}

function likeliest(logprobs: Float64Array, { tokens }: Vocabulary): TokenProb[] {
  const all = tokens.map((token, id) => ({ id, token, logprob: logprobs[id] ?? -Infinity }));
  return all.sort((a, b) => b.logprob - a.logprob);
}

function force(net: Net, vocabulary: Vocabulary, prompt: string, continuation: string): Scored {
  const ids = vocabulary.encode(continuation);
  if (ids.length === 0 || ids.includes(UNKNOWN)) {
    throw new AppError(
      'not-scorable',
      `expected a text of printable ASCII, got ${JSON.stringify(continuation)}`,
    );
  }
  let text = prompt;
  const tokens = ids.map((id) => {
    const token = vocabulary.tokens[id] ?? '';
    const logprob = net.next(text)[id] ?? -Infinity;
    text += token;
    return { id, token, logprob };
  });
  return { logprob: tokens.reduce((sum, { logprob }) => sum + logprob, 0), tokens };
}

/** Gives way to other work for at least `ms`; rejects at once when the signal is set. */
function pause(ms: number, signal: CancelSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const cancel = later(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(aborted());
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Browsers stretch a chain of 0 ms timers to 4 ms each; a message does not wait. */
function later(ms: number, then: () => void): () => void {
  if (ms > 0) {
    const timer = setTimeout(then, ms);
    return () => {
      clearTimeout(timer);
    };
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then();
  };
  port2.postMessage(0);
  return () => {
    port1.close();
  };
}
