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
import { readGguf, type GgufInfo } from '../../core/gguf/info.ts';
import { createRenderer, type Render } from './chat.ts';
import { verifyChecksum } from './checksum.ts';
import { Lanes } from './lanes.ts';
import { finite, firstEntry, nextToken } from './next-token.ts';
import { CACHE_BYTES_PER_NUMBER, fitBatch, fitContext, PROMPT_CACHE_BYTES, threadsFor } from './plan.ts';
import type { HostLoad } from './protocol.ts';
import { startRenewed } from './renewal.ts';
import { startRuntime, type Runtime } from './runtime.ts';
import { drawSamples } from './sample.ts';
import { score } from './score.ts';
import { createTokenizer, type Encode } from './tokenizer.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** What the worker knows of the machine. */
export interface Environment {
  readonly cores: number;
  /** llama.cpp's WebGPU shaders need 16-bit floats; without them it computes on the CPU and says nothing (measured). */
  hasShaderF16(): Promise<boolean>;
}

/** A loaded model inside the worker. */
export interface Model {
  readonly facts: LoadedFacts;
  sample(
    request: SampleRequest,
    signal: AbortSignal,
    onSample: (index: number, sample: Sample) => void,
  ): Promise<readonly Sample[]>;
  nextToken(prompt: Prompt, top: number, signal: AbortSignal): Promise<readonly TokenProb[]>;
  score(prompt: Prompt, continuations: readonly string[], signal: AbortSignal): Promise<readonly Scored[]>;
  tokenize(text: string): readonly number[];
}

export async function loadModel(
  request: HostLoad,
  environment: Environment,
  onProgress: (progress: LoadProgress) => void,
): Promise<Model> {
  const { file, device } = request;
  await verifyChecksum(file, request.sha256, (fraction) => {
    onProgress({ stage: 'open', fraction });
  });
  const gguf = await readGguf(file);
  onProgress({ stage: 'load', fraction: 0 });
  const contextTokens = fitContext(request.contextTokens, gguf.contextTokens);
  const batch = fitBatch({
    batch: request.batch,
    contextTokens,
    fileBytes: file.size,
    cacheWidth: gguf.cacheWidth,
  });
  const options = {
    file,
    device: device === 'webgpu' && (await environment.hasShaderF16()) ? 'webgpu' : 'cpu',
    threads: threadsFor(file.size, environment.cores),
    batch,
    contextTokens,
  } as const;
  const runtime = await startRenewed({
    start: () => startRuntime(options),
    bytesPerToken: gguf.cacheWidth * CACHE_BYTES_PER_NUMBER,
    limitBytes: PROMPT_CACHE_BYTES,
  });
  onProgress({ stage: 'check', fraction: 0 });
  const encode = await selfCheck(runtime, createTokenizer(gguf.tokenizer));
  onProgress({ stage: 'check', fraction: 1 });
  const vocabulary = createVocabulary(gguf.tokenizer);
  const facts: LoadedFacts = {
    engine: 'llamacpp',
    engineVersion: runtime.version,
    deviceAsked: device,
    deviceUsed: runtime.device,
    threads: runtime.threads,
    batch,
    contextTokens: runtime.contextTokens,
    vocabulary: vocabulary.size,
  };
  return createModel({ runtime, vocabulary, encode, prompt: createPrompt(gguf, runtime, vocabulary), facts });
}

const CHECK_TEXT = 'It\'s 12345 o\'clock, said Zoë:\n\n  {"a": [1, 2.5]}\tHELLO   world! \u4f60\u597d';

/** One step of the model: its numbers must be numbers, and the two tokenizers must count alike, or ours is not used. */
async function selfCheck(runtime: Runtime, encode: Encode | undefined): Promise<Encode | undefined> {
  const { signal } = new AbortController();
  const body = {
    prompt: CHECK_TEXT,
    max_tokens: 1,
    temperature: 0,
    samplers: ['temperature'],
    n_probs: 1,
    cache_prompt: false,
  };
  const { promptTokens, entries } = await runtime.complete(body, signal);
  finite(firstEntry(entries).logprob);
  const expected = (encode?.(CHECK_TEXT).length ?? 0) + (runtime.addsBos ? 1 : 0);
  return promptTokens === expected ? encode : undefined;
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
  readonly vocabulary: Vocabulary;
  readonly encode: Encode | undefined;
  readonly prompt: Render;
  readonly facts: LoadedFacts;
}

function createModel({ runtime, vocabulary, encode, prompt, facts }: Parts): Model {
  const lanes = new Lanes(facts.batch);
  const trusted = (): Encode => {
    if (encode !== undefined) return encode;
    throw new AppError(
      'not-scorable',
      'expected a tokenizer that counts as llama.cpp does, got one of an unknown kind',
    );
  };
  return {
    facts,
    sample: (request, signal, onSample) =>
      lanes.run(signal, () => drawSamples(runtime, prompt(request.prompt), request, signal, onSample)),
    nextToken: (asked, top, signal) =>
      lanes.run(signal, () => nextToken(runtime, vocabulary, prompt(asked), top, signal)),
    score: (asked, continuations, signal) =>
      lanes.run(signal, () =>
        score({ runtime, vocabulary, encode: trusted() }, prompt(asked), continuations, signal),
      ),
    tokenize: (text) => trusted()(text),
  };
}
