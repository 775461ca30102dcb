import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect } from 'vitest';
import type { OutFile } from '../../src/core/convert/types.ts';
import { wholeFile } from '../../src/core/convert/testing.ts';
import { convertToGguf, type ToGgufOptions } from '../../src/core/convert/to-gguf.ts';
import type { LoadedModel, ModelFile, ModelSource, Prompt } from '../../src/core/engine.ts';
import { openHfFolder } from '../../src/core/huggingface/folder.ts';
import { asDropped, type RandomModel } from '../fixtures/random-model.ts';
import { referenceLogprobs, type ReferenceModel } from '../reference/forward.ts';
import { sourceOf } from './engine-models.ts';

export const TEXT = 'Is it safe to take both?\n\nThe answer is  "no", café 42 \u4f60!';
export const OPTIONS = { device: 'cpu', batch: 1, contextTokens: 256 } as const;

/** Bytes that are no character by themselves; llama.cpp cannot list them. */
const PARTIAL = 128;

export async function converted(model: RandomModel, options: ToGgufOptions): Promise<ModelSource> {
  const folder = await openHfFolder(asDropped(model.files));
  const [file] = convertToGguf(folder, options).files;
  return sourceOf(new Blob([await wholeFile(file!)]));
}

export async function modelFile(file: OutFile): Promise<ModelFile> {
  const [only] = (await sourceOf(new Blob([await wholeFile(file)]))).files;
  return { ...only!, name: file.name };
}

export interface Asked {
  readonly prompt: Prompt;
  /** As the original tokenizer makes them of it. */
  readonly ids: readonly number[];
}

/** `TEXT` to go on with. */
export function plain({ tokenizer, tokenizerConfig }: RandomModel): Asked {
  const { ids } = new Tokenizer(tokenizer, tokenizerConfig).encode(TEXT);
  return { prompt: { kind: 'raw', text: TEXT }, ids };
}

const MESSAGES = [
  { role: 'user', content: 'Should I  ask?' },
  { role: 'assistant', content: 'One should.' },
  { role: 'user', content: 'The doctor?' },
] as const;

/** A conversation in the model's own template, which writes all special tokens itself. */
export function chat({ tokenizer, tokenizerConfig, template, bos, eos }: RandomModel): Asked {
  const text = new Template(template).render({
    messages: MESSAGES.map((message) => ({ ...message })),
    add_generation_prompt: true,
    // The day that Assay tells every template.
    date_string: '26 Jul 2024',
    ...(bos === undefined ? {} : { bos_token: bos }),
    eos_token: eos,
  });
  const { ids } = new Tokenizer(tokenizer, tokenizerConfig).encode(text, { add_special_tokens: false });
  return { prompt: { kind: 'chat', messages: MESSAGES }, ids };
}

/** The largest difference in nats from the reference, over every token that llama.cpp can list. */
export async function difference(
  loaded: LoadedModel,
  reference: ReferenceModel,
  { prompt, ids }: Asked,
): Promise<number> {
  const expected = referenceLogprobs(reference, ids);
  const { vocabulary } = loaded.facts;
  expect(vocabulary).toBe(expected.length);
  const listed = await loaded.nextToken(prompt, vocabulary);
  expect(listed).toHaveLength(vocabulary - PARTIAL);
  return Math.max(...listed.map(({ id, logprob }) => Math.abs(logprob - (expected[id] ?? NaN))));
}
