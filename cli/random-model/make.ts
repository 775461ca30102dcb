import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE } from '../../src/core/mlc/config.ts';
import { readLibrary } from '../../src/core/mlc/library.ts';
import { INDEX_FILES } from '../../src/core/mlc/weights.ts';
import { writeAdapters } from './adapters.ts';
import { chatConfigText } from './config.ts';
import { writeHuggingFace } from './hugging-face.ts';
import { blanksOf, constantsOf, shapeOf } from './shape.ts';
import { indexText, writeShards } from './shards.ts';
import { makeTokenizer } from './tokenizer.ts';

export interface MakeOptions {
  readonly library: string;
  readonly out: string;
  readonly seed: number;
  /** Writes a Hugging Face folder of the same architecture instead. */
  readonly huggingFace: boolean;
  /** Adapters written beside a Hugging Face folder, in a folder whose name ends in `-adapters`. */
  readonly adapters?: number;
  readonly vocabulary?: number;
  readonly ropeTheta?: number;
  readonly normEpsilon?: number;
}

/** Writes a model with random weights for a model library; throws an AppError or what the file system throws. */
export async function makeRandomModel(options: MakeOptions, say: (line: string) => void): Promise<void> {
  const { out, seed, library } = options;
  const { metadata } = readLibrary(await readFile(library), path.basename(library));
  const constants = constantsOf(metadata, options);
  const blanks = blanksOf(metadata, options.vocabulary);
  const shape = shapeOf(metadata, blanks);
  const tokenizer = makeTokenizer(metadata.modelType, shape.vocabulary);
  await mkdir(out, { recursive: true });
  const write = (name: string, text: string) => writeFile(path.join(out, name), text);
  if (options.huggingFace) {
    const { modelType, contextWindowSize: contextTokens = 4096 } = metadata;
    await writeHuggingFace(out, { shape, constants, modelType, contextTokens, tokenizer }, seed);
    await writeAdapters(`${out}-adapters`, path.basename(out), shape, options.adapters ?? 0, seed);
  } else {
    const index = indexText(await writeShards(out, blanks, seed, say));
    for (const name of INDEX_FILES) await write(name, index);
    await write(CONFIG_FILE, chatConfigText(metadata, shape, constants, tokenizer));
  }
  await write('tokenizer.json', tokenizer.json);
  await write('tokenizer_config.json', tokenizer.config);
}
