import { AppError } from '../errors.ts';
import { invalid, readJson, utf8 } from '../mlc/json.ts';
import { contentOf } from '../recognise/content.ts';
import { localName } from '../recognise/paths.ts';
import type { DroppedFile } from '../recognise/types.ts';
import { openSafetensors, type NamedFile } from '../safetensors/open.ts';
import type { Tensors } from '../tensors/types.ts';
import * as v from 'valibot';
import { parseConfig, parseGeneration, type HfConfig } from './config.ts';
import { specialTokens, type SpecialTokens } from './special.ts';
import { chatTemplateOf } from './template.ts';
import { tokenizerConfigSchema, type TokenizerConfig } from './tokenizer-schema.ts';
import { parseTokenizer, type HfVocabulary } from './tokenizer.ts';

/**
 * The largest text that is read whole; the tokenizer.json of 256,000 tokens has some 35 MB. Hostile JSON takes some fifteen times
 * its size in memory (measured), which at this limit a browser still has.
 */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** A folder as transformers' `save_pretrained` writes it, read and checked. */
export interface HfFolder {
  readonly config: HfConfig;
  readonly vocabulary: HfVocabulary;
  readonly special: SpecialTokens;
  readonly chatTemplate?: string;
  readonly tensors: Tensors;
}

/**
 * Reads the files of one folder, whatever the folder's own name; the weights' headers only. Rejects with `not-found` for a
 * missing file, else with `invalid-file` or `model-unsupported`; each names the file.
 */
export async function openHfFolder(files: readonly DroppedFile[]): Promise<HfFolder> {
  const byName = new Map(files.map(({ path, file }) => [localName(path), { path, file }]));
  const optional = (name: string): Promise<string | undefined> => textOf(name, byName.get(name));
  const required = async (name: string): Promise<string> => {
    const text = await optional(name);
    if (text !== undefined) return text;
    throw new AppError('not-found', `Hugging Face folder: expected a file "${name}", got none`, {
      place: { file: name },
    });
  };
  const config = parseConfig(await required('config.json'));
  const vocabulary = parseTokenizer(await required('tokenizer.json'), config.vocabulary);
  const tokenizerConfig = parseTokenizerConfig(await optional('tokenizer_config.json'));
  const generation = await optional('generation_config.json');
  const specialTokensMap = await optional('special_tokens_map.json');
  const special = specialTokens(vocabulary, {
    config,
    ...(generation === undefined ? {} : { generation: parseGeneration(generation) }),
    ...(tokenizerConfig === undefined ? {} : { tokenizerConfig }),
    ...(specialTokensMap === undefined ? {} : { specialTokensMap }),
  });
  const chatTemplate = chatTemplateOf(await optional('chat_template.jinja'), tokenizerConfig);
  const tensors = await openWeights(files, await optional('model.safetensors.index.json'));
  return { config, vocabulary, special, ...(chatTemplate === undefined ? {} : { chatTemplate }), tensors };
}

async function textOf(name: string, dropped: DroppedFile | undefined): Promise<string | undefined> {
  if (dropped === undefined) return undefined;
  const { file } = dropped;
  if (file.size > MAX_TEXT_BYTES)
    throw invalid(name, `expected at most ${MAX_TEXT_BYTES} bytes, got ${file.size}`);
  return utf8(new Uint8Array(await file.arrayBuffer()), name);
}

function parseTokenizerConfig(text: string | undefined): TokenizerConfig | undefined {
  return text === undefined ? undefined : readJson(text, tokenizerConfigSchema, 'tokenizer_config.json');
}

/** Adapters lie beside models in some folders; their files are no part of the model. */
async function openWeights(files: readonly DroppedFile[], index: string | undefined): Promise<Tensors> {
  const own = files
    .map(({ path, file }) => ({ name: localName(path), file }))
    .filter(({ name }) => !name.startsWith('adapter_'));
  const named = own.filter(({ name }) => name.endsWith('.safetensors'));
  const weights = named.length > 0 ? named : await byContent(own);
  if (index === undefined) return openSafetensors(weights);
  return openSafetensors(weights, readJson(index, v.unknown(), 'model.safetensors.index.json'));
}

/** Weights that somebody has renamed. */
async function byContent(files: readonly NamedFile[]): Promise<readonly NamedFile[]> {
  const contents = await Promise.all(files.map(({ file }) => contentOf(file)));
  return files.filter((_, at) => contents[at] === 'safetensors');
}
