import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE, readMlcConfig, type MlcConfig } from '../../src/core/mlc/config.ts';
import { checkFit } from '../../src/core/mlc/fit.ts';
import { readLibrary, type Library } from '../../src/core/mlc/library.ts';
import { checkShards, INDEX_FILES, readWeights, type Weights } from '../../src/core/mlc/weights.ts';

/** A model that is whole and fits its library, before any browser starts. */
export interface CheckedFolder {
  readonly library: Library;
  readonly config: MlcConfig;
  readonly weights: Weights;
  /** Paths of what the engine gets. */
  readonly files: readonly string[];
  readonly sizeBytes: number;
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch {
    return undefined;
  }
}

/** Throws an AppError that says what is wrong with the folder or the library. */
export async function checkFolder(folder: string, libraryFile: string): Promise<CheckedFolder> {
  const library = readLibrary(await readFile(libraryFile), path.basename(libraryFile));
  const config = readMlcConfig(await readFile(path.join(folder, CONFIG_FILE), 'utf8'));
  const present = await Promise.all(INDEX_FILES.map((name) => sizeOf(path.join(folder, name))));
  const indexes = INDEX_FILES.filter((_, at) => present[at] !== undefined);
  const [index] = indexes;
  if (index === undefined) throw new Error(`${folder}: expected ${INDEX_FILES.join(' or ')}, found neither`);
  const weights = readWeights(await readFile(path.join(folder, index), 'utf8'), index);
  const sizes = new Map<string, number | undefined>();
  for (const shard of weights.shards) sizes.set(shard.path, await sizeOf(path.join(folder, shard.path)));
  checkShards(weights, (shard) => sizes.get(shard), index);
  checkFit(
    { file: path.basename(libraryFile), content: library.metadata },
    { file: index, content: weights },
  );
  const others = [
    ...new Set([CONFIG_FILE, ...config.tokenizerFiles, 'tokenizer.json', 'tokenizer_config.json']),
  ];
  const found = [];
  for (const name of others) if ((await sizeOf(path.join(folder, name))) !== undefined) found.push(name);
  const names = [...found, ...indexes, ...weights.shards.map((shard) => shard.path)];
  return {
    ...{ library, config, weights },
    files: [...names.map((name) => path.join(folder, name)), libraryFile],
    sizeBytes: weights.shards.reduce((sum, { nbytes }) => sum + nbytes, 0),
  };
}
