import type { Device, LoadedFacts, LoadProgress } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import type { GgufInfo } from '../../core/gguf/info.ts';
import { CACHE_BYTES_PER_NUMBER } from '../../core/hardware/memory.ts';
import { createRenderer, type Render } from '../shared/chat.ts';
import type { HostModel } from '../shared/host.ts';
import type { HostLoad, Variant } from '../shared/protocol.ts';
import { runChecks } from './check.ts';
import { openFiles, type Opened } from './files.ts';
import { Lanes } from './lanes.ts';
import { nextToken } from './next-token.ts';
import { fitBatch, fitContext, notCompared, PROMPT_CACHE_BYTES, threadsFor } from './plan.ts';
import { startRenewed } from './renewal.ts';
import { startRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
import { drawSamples } from './sample.ts';
import { score } from './score.ts';
import { measureSpeed } from './speed.ts';
import { startChecked, type Started, type Way } from './start.ts';
import { createTokenizer, type Encode } from './tokenizer.ts';
import { onVariant } from './variants.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** What the worker knows of the machine. */
export interface Environment {
  readonly cores: number;
  gpu(): Promise<Gpu | undefined>;
}

export interface Gpu {
  /** llama.cpp's WebGPU shaders need 16-bit floats; without them it computes on the CPU and says nothing (measured). */
  readonly hasShaderF16: boolean;
  /** As the browser names it. */
  readonly name: string;
}

/** One model for the base and all its adapters. Rejects with an AppError; see files.ts, runtime.ts and start.ts. */
export async function loadModel(
  request: HostLoad,
  environment: Environment,
  onProgress: (progress: LoadProgress) => void,
): Promise<HostModel> {
  const opened = await openFiles(request, onProgress);
  const { gguf, sizeBytes } = opened;
  onProgress({ stage: 'load', fraction: 0 });
  const gpu = request.device === 'webgpu' ? await environment.gpu() : undefined;
  const contextTokens = fitContext(request.contextTokens, gguf.contextTokens);
  const room = { batch: request.batch, contextTokens, fileBytes: sizeBytes, cacheWidth: gguf.cacheWidth };
  const way: Way = { device: gpu?.hasShaderF16 === true ? 'webgpu' : 'cpu', batch: fitBatch(room) };
  const vocabulary = createVocabulary(gguf.tokenizer);
  const encode = createTokenizer(gguf.tokenizer);
  const threads = threadsFor(sizeBytes, environment.cores);
  const started = await startAnswering(
    { opened, vocabulary, encode, contextTokens, threads, onProgress },
    way,
  );
  const { runtime } = started;
  const adapters = opened.adapters.length;
  const speed = await measureSpeed({
    ...{ runtime, adapters, batch: started.batch, plain: vocabulary.plain },
  });
  onProgress({ stage: 'check', fraction: 1 });
  const facts = factsOf(started, request.device, vocabulary, gpu);
  return createModel({
    ...{ runtime, adapters, vocabulary },
    encode: isTrusted(started) ? encode : undefined,
    prompt: createPrompt(gguf, runtime, vocabulary),
    facts: { ...facts, speed },
  });
}

interface Answering {
  readonly opened: Opened;
  readonly vocabulary: Vocabulary;
  readonly encode: Encode | undefined;
  readonly contextTokens: number;
  readonly threads: number;
  readonly onProgress: (progress: LoadProgress) => void;
}

function startAnswering(
  { opened, vocabulary, encode, contextTokens, threads, onProgress }: Answering,
  way: Way,
): Promise<Started> {
  const { file, adapters, gguf } = opened;
  const options = ({ device, batch }: Way): RuntimeOptions => ({
    ...{ file, adapters, device, batch, threads, contextTokens },
  });
  const start = (way: Way): Promise<Runtime> =>
    startRenewed({
      start: () => startRuntime(options(way)),
      bytesPerToken: gguf.cacheWidth * CACHE_BYTES_PER_NUMBER,
      limitBytes: PROMPT_CACHE_BYTES,
    });
  const check: Parameters<typeof startChecked>[0]['check'] = (runtime, batch) => {
    onProgress({ stage: 'check', fraction: 0 });
    const onCpu =
      notCompared(runtime.device, opened.sizeBytes) ??
      (() => startRuntime({ ...options({ device: 'cpu', batch: 1 }), adapters: [] }));
    return runChecks({ runtime, vocabulary, encode, batch, adapters: adapters.length, onCpu });
  };
  return startChecked({ start, check }, way);
}

/** Ours is used only where it counts as llama.cpp does. */
function isTrusted({ checks }: Started): boolean {
  return checks.some(({ name, outcome }) => name === 'tokenizer' && outcome === 'passed');
}

function factsOf(
  { runtime, batch, checks }: Started,
  deviceAsked: Device,
  vocabulary: Vocabulary,
  gpu: Gpu | undefined,
): LoadedFacts {
  return {
    engine: 'llamacpp',
    engineVersion: runtime.version,
    deviceAsked,
    deviceUsed: runtime.device,
    threads: runtime.threads,
    batch,
    contextTokens: runtime.contextTokens,
    vocabulary: vocabulary.size,
    checks,
    ...(runtime.device === 'webgpu' && gpu !== undefined ? { adapterName: gpu.name } : {}),
  };
}

/** Renders a prompt; llama.cpp puts the begin-of-sequence token in front, so one that the template wrote goes. */
function createPrompt(gguf: GgufInfo, runtime: Runtime, vocabulary: Vocabulary): Render {
  const { bos, eos } = gguf.tokenizer;
  const bosText = bos === undefined ? '' : vocabulary.text(bos);
  const render = createRenderer(gguf.chatTemplate, {
    bos: bosText,
    eos: eos === undefined ? '' : vocabulary.text(eos),
  });
  return (prompt) => {
    const rendered = render(prompt);
    const bare =
      runtime.addsBos && bosText !== '' && rendered.startsWith(bosText)
        ? rendered.slice(bosText.length)
        : rendered;
    if (bare === '') throw new AppError('invalid-option', '"prompt" expected a text, got an empty one');
    return bare;
  };
}

interface Parts {
  readonly runtime: Runtime;
  readonly adapters: number;
  readonly vocabulary: Vocabulary;
  readonly encode: Encode | undefined;
  readonly prompt: Render;
  readonly facts: LoadedFacts;
}

function createModel({ runtime, adapters, vocabulary, encode, prompt, facts }: Parts): HostModel {
  const lanes = new Lanes(facts.batch);
  const on = (variant: Variant): Runtime => onVariant(runtime, adapters, variant);
  const trusted = (): Encode => {
    if (encode !== undefined) return encode;
    throw new AppError(
      'not-scorable',
      'expected a tokenizer that counts as llama.cpp does, got one of an unknown kind',
    );
  };
  return {
    facts,
    sample: (variant, request, signal, onSample) =>
      lanes.run(signal, () => drawSamples(on(variant), prompt(request.prompt), request, signal, onSample)),
    nextToken: (variant, asked, top, signal) =>
      lanes.run(signal, () => nextToken(on(variant), vocabulary, prompt(asked), top, signal)),
    score: (variant, asked, continuations, signal) =>
      lanes.run(signal, () =>
        score({ runtime: on(variant), vocabulary, encode: trusted() }, prompt(asked), continuations, signal),
      ),
    tokenize: (text) => trusted()(text),
  };
}
