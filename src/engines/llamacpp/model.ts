import type { LoadedFacts, LoadProgress } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { readGguf, type GgufInfo } from '../../core/gguf/info.ts';
import { createRenderer, type Render } from '../shared/chat.ts';
import { verifyChecksum } from '../shared/checksum.ts';
import type { HostModel } from '../shared/host.ts';
import type { HostLoad } from '../shared/protocol.ts';
import { Lanes } from './lanes.ts';
import { finite, firstEntry, nextToken } from './next-token.ts';
import { CACHE_BYTES_PER_NUMBER, fitBatch, fitContext, PROMPT_CACHE_BYTES, threadsFor } from './plan.ts';
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

export async function loadModel(
  request: HostLoad,
  environment: Environment,
  onProgress: (progress: LoadProgress) => void,
): Promise<HostModel> {
  const { device } = request;
  const [first] = request.files;
  if (first === undefined) throw new AppError('invalid-file', 'expected a GGUF file, got none');
  const file = first.blob;
  await verifyChecksum(file, first.sha256, (fraction) => {
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

function createModel({ runtime, vocabulary, encode, prompt, facts }: Parts): HostModel {
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
    sample: (_variant, request, signal, onSample) =>
      lanes.run(signal, () => drawSamples(runtime, prompt(request.prompt), request, signal, onSample)),
    nextToken: (_variant, asked, top, signal) =>
      lanes.run(signal, () => nextToken(runtime, vocabulary, prompt(asked), top, signal)),
    score: (_variant, asked, continuations, signal) =>
      lanes.run(signal, () =>
        score({ runtime, vocabulary, encode: trusted() }, prompt(asked), continuations, signal),
      ),
    tokenize: (text) => trusted()(text),
  };
}
