import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import type { HfFolder } from '../huggingface/folder.ts';
import { chatConfigText } from '../mlc/chat-config.ts';
import { CONFIG_FILE } from '../mlc/config.ts';
import type { LibraryMetadata } from '../mlc/metadata.ts';
import { parametersOf, type Parameter } from '../mlc/parameters.ts';
import { shardFiles } from '../mlc/shards.ts';
import { sizeOf, type Tensors } from '../tensors/types.ts';
import type { Converted, OutFile } from './types.ts';

export interface ToMlcOptions {
  /** The tokenizer's own files, copied as they are; `tokenizer.json` must be one. */
  readonly tokenizerFiles: readonly { readonly name: string; readonly file: BinaryFile }[];
  /** Instead of the folder's own, e.g. with an adapter merged into them; same names and shapes. */
  readonly tensors?: Tensors;
}

/**
 * A folder in MLC's format for a model library (which is not in it), from a Hugging Face folder: the parameters that the
 * library's metadata demands, in its quantisation. Weights are read while the files are. Throws AppError `invalid-file` or
 * `model-unsupported` where the library was compiled for another model. What is compiled into the library and not told by it
 * (rotary base, epsilon of the norms) cannot be compared.
 */
export function convertToMlc(folder: HfFolder, library: LibraryMetadata, options: ToMlcOptions): Converted {
  const { config, chatTemplate } = folder;
  const { tokenizerFiles } = options;
  if (!tokenizerFiles.some(({ name }) => name === 'tokenizer.json'))
    throw new AppError('not-found', 'expected a file "tokenizer.json", got none');
  const tensors = options.tensors ?? folder.tensors;
  const parameters = parametersOf(library, config, tensors);
  const names = tokenizerFiles.map(({ name }) => name);
  const chatConfig = chatConfigText(folder, library, widthOf(parameters, config.vocabulary), names);
  return {
    files: [
      textFile(CONFIG_FILE, chatConfig),
      ...tokenizerFiles.map(({ name, file }) => copied(name, file)),
      ...shardFiles(parameters),
    ],
    architecture: library.modelType,
    quantisation: library.quantization,
    parameters: [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    contextTokens: Math.min(config.contextTokens, library.contextWindowSize ?? config.contextTokens),
    cacheWidth: config.layers * config.keyValueHeads * 2 * config.headDim,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
}

/** Rows of the embedding as the library has it: at least those of the weights. */
function widthOf(parameters: readonly Parameter[], otherwise: number): number {
  const table = parameters.find(({ name }) => /^(model\.embed_tokens|transformer\.embd)\./.test(name));
  return table?.shape[0] ?? otherwise;
}

function textFile(name: string, text: string): OutFile {
  const bytes = Uint8Array.from(utf8ToBytes(text));
  return {
    name,
    sizeBytes: bytes.length,
    chunks: async function* () {
      yield await Promise.resolve(bytes);
    },
  };
}

function copied(name: string, file: BinaryFile): OutFile {
  return {
    name,
    sizeBytes: file.size,
    chunks: async function* () {
      yield new Uint8Array(await file.arrayBuffer());
    },
  };
}
