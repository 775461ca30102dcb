import { Tokenizer } from '@huggingface/tokenizers';
import { expect } from 'vitest';
import type { OutFile } from '../../src/core/convert/types.ts';
import { wholeFile } from '../../src/core/convert/testing.ts';
import { convertToGguf, type ToGgufOptions } from '../../src/core/convert/to-gguf.ts';
import type { LoadedModel, ModelFile, ModelSource } from '../../src/core/engine.ts';
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

/** Of `TEXT`, by the tokenizer as it came. */
export function originalIds(
  { tokenizer, tokenizerConfig }: RandomModel,
  special: boolean,
): readonly number[] {
  return new Tokenizer(tokenizer, tokenizerConfig).encode(TEXT, { add_special_tokens: special }).ids;
}

/** The largest difference in nats from the reference after `TEXT`, over every token that llama.cpp can list. */
export async function difference(
  loaded: LoadedModel,
  reference: ReferenceModel,
  ids: readonly number[],
): Promise<number> {
  const expected = referenceLogprobs(reference, ids);
  const { vocabulary } = loaded.facts;
  expect(vocabulary).toBe(expected.length);
  const listed = await loaded.nextToken({ kind: 'raw', text: TEXT }, vocabulary);
  expect(listed).toHaveLength(vocabulary - PARTIAL);
  return Math.max(...listed.map(({ id, logprob }) => Math.abs(logprob - (expected[id] ?? NaN))));
}
