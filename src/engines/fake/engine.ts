import {
  MODEL_KINDS,
  type Engine,
  type EngineInfo,
  type LoadedFacts,
  type LoadedModel,
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

/** A deterministic stand-in for an engine. It does not read the model; another SHA-256 gives other answers. */
export function createFake(options: FakeOptions = {}): Engine {
  return {
    info: INFO,
    async load(model, { device, batch, contextTokens, signal, onProgress }) {
      await pause(options.latencyMs ?? 0, signal);
      onProgress?.({ stage: 'check', fraction: 1 });
      const vocabulary = createVocabulary(options.vocabulary ?? 'single-numbers');
      const net = createNet({
        vocabulary,
        seed: model.sha256,
        ...(options.answer === undefined ? {} : { answer: options.answer }),
      });
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
      return createModel(net, vocabulary, facts, options);
    },
  };
}

function createModel(
  net: Net,
  vocabulary: Vocabulary,
  facts: LoadedFacts,
  options: FakeOptions,
): LoadedModel {
  let unloaded = false;
  let calls = 0;
  const pending = new Set<(error: AppError) => void>();
  const gone = new AppError('engine-crashed', 'the model was unloaded');

  /** Runs `work` after the latency; settles at once on abort and on unload. */
  async function call<T>(signal: CancelSignal | undefined, work: () => Promise<T> | T): Promise<T> {
    if (unloaded) throw gone;
    throwIfAborted(signal);
    if (++calls > (options.failAfter ?? Infinity))
      throw new AppError('engine-crashed', 'the fake engine crashed, as it was told to');
    let onUnload: (error: AppError) => void = () => undefined;
    const unload = new Promise<never>((_resolve, reject) => (onUnload = reject));
    pending.add(onUnload);
    try {
      return await Promise.race([pause(options.latencyMs ?? 0, signal).then(work), unload]);
    } finally {
      pending.delete(onUnload);
    }
  }

  function textOf(prompt: Prompt): string {
    const text = net.render(prompt);
    const tokens = vocabulary.encode(text).length;
    if (tokens < facts.contextTokens) return text;
    throw new AppError(
      'context-overflow',
      `expected a prompt below ${facts.contextTokens} tokens, got ${tokens}`,
    );
  }

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
      unloaded = true;
      for (const reject of pending) reject(gone);
      return Promise.resolve();
    },
  };
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
