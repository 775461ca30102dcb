import type { Prompt, Sample, SampleRequest, Scored, TokenProb } from '../../../core/engine.ts';
import type { LoadedFacts } from '../../../core/engine.ts';
import { AppError } from '../../../core/errors.ts';
import type { HostModel } from '../../shared/host.ts';
import { known } from '../schedule/job.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { ModelText } from '../text/text.ts';
import { TextWriter } from '../text/writer.ts';

interface Parts {
  readonly scheduler: Scheduler;
  readonly text: ModelText;
  readonly facts: LoadedFacts;
}

/** The engine's calls over a scheduler: texts to tokens and back. */
export function createModel(parts: Parts): HostModel {
  const { scheduler, text, facts } = parts;
  return {
    facts,
    sample: (_variant, request, signal, onSample) => sample(parts, request, signal, onSample),
    nextToken: async (_variant, prompt, top, signal) => {
      positive('top', top);
      const choices = await scheduler.next(text.prompt(prompt), Math.min(top, facts.vocabulary), signal);
      return choices.map(({ id, logprob }) => tokenProb(text, id, known(logprob)));
    },
    score: (_variant, prompt, continuations, signal) => score(parts, prompt, continuations, signal),
    tokenize: (plain) => text.encode(plain),
  };
}

function tokenProb({ vocabulary }: ModelText, id: number, logprob: number): TokenProb {
  return { id, token: vocabulary.text(id), logprob };
}

function positive(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new AppError('invalid-option', `"${name}" expected a positive integer, got ${value}`);
}

async function sample(
  { scheduler, text }: Parts,
  request: SampleRequest,
  signal: AbortSignal,
  onSample: (index: number, sample: Sample) => void,
): Promise<readonly Sample[]> {
  positive('maxTokens', request.maxTokens);
  const prompt = text.prompt(request.prompt);
  const endings = {
    ...text.endings,
    texts: [...text.endings.texts, ...request.stop].filter((stop) => stop !== ''),
  };
  const samples: Sample[] = [];
  const { seeds, temperature, topP, maxTokens } = request;
  await scheduler.sample(
    {
      prompt,
      seeds,
      temperature,
      topP,
      maxTokens,
      writer: () => new TextWriter(text.vocabulary, endings),
      onDone: (index, writer, end) => {
        const written = writer instanceof TextWriter ? writer.end() : '';
        const done = { seed: seeds[index] ?? 0, text: written, promptTokens: prompt.length, ...end };
        samples[index] = done;
        onSample(index, done);
      },
    },
    signal,
  );
  return samples;
}

async function score(
  { scheduler, text }: Parts,
  prompt: Prompt,
  continuations: readonly string[],
  signal: AbortSignal,
): Promise<readonly Scored[]> {
  const ids = continuations.map((continuation) => text.continuation(prompt, continuation));
  const logprobs = await scheduler.score({ prompt: text.prompt(prompt), continuations: ids }, signal);
  return ids.map((tokens, index) => {
    const scored = tokens.map((id, at) => tokenProb(text, id, logprobs[index]?.[at] ?? -Infinity));
    return { logprob: scored.reduce((sum, { logprob }) => sum + logprob, 0), tokens: scored };
  });
}
