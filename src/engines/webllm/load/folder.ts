import { AppError } from '../../../core/errors.ts';
import { CONFIG_FILE, readMlcConfig, type MlcConfig } from '../../../core/mlc/config.ts';
import { checkFit } from '../../../core/mlc/fit.ts';
import { openLibrary, type Library } from '../../../core/mlc/library.ts';
import { checkShards, INDEX_FILES, readWeights } from '../../../core/mlc/weights.ts';
import type { HostFile } from '../../shared/protocol.ts';

/** A model in MLC's format and its library, checked against each other. */
export interface Folder {
  /** By their path from `mlc-chat-config.json`. */
  readonly files: ReadonlyMap<string, Blob>;
  readonly config: MlcConfig;
  readonly indexFile: string;
  readonly library: Library & { readonly blob: Blob };
  /** Of the weights. */
  readonly weightBytes: number;
}

/**
 * Finds a model's parts among its files and checks that they belong together, before anything of it is loaded. Rejects with
 * `not-found`, `invalid-file` or `model-unsupported`.
 */
export async function readFolder(given: readonly HostFile[]): Promise<Folder> {
  const root = rootOf(given);
  const libraries = given.filter(({ name }) => name.endsWith('.wasm'));
  const [library] = libraries;
  if (library === undefined || libraries.length > 1) {
    throw new AppError(
      'not-found',
      `expected one model library (.wasm) among the model's files, got ${libraries.length}`,
    );
  }
  const files = new Map(
    given
      .filter((file) => file !== library && file.name.startsWith(root))
      .map(({ name, blob }) => [name.slice(root.length), blob]),
  );
  const indexFile = INDEX_FILES.find((name) => files.has(name));
  const config = readMlcConfig((await textOf(files, CONFIG_FILE)) ?? '', CONFIG_FILE);
  const index = indexFile === undefined ? undefined : await textOf(files, indexFile);
  if (indexFile === undefined || index === undefined)
    throw new AppError(
      'not-found',
      `expected ${INDEX_FILES.join(' or ')} among the model's files, got neither`,
    );
  const weights = readWeights(index, indexFile);
  checkShards(weights, (path) => files.get(path)?.size, indexFile);
  const opened = await openLibrary(library.blob, library.name);
  const lengths = checkFit(
    { file: library.name, content: opened.metadata },
    { file: indexFile, content: weights },
  );
  checkVocabulary(config, lengths.get('vocab_size'));
  const weightBytes = weights.shards.reduce((sum, { nbytes }) => sum + nbytes, 0);
  return { files, config, indexFile, library: { ...opened, blob: library.blob }, weightBytes };
}

export async function textOf(files: ReadonlyMap<string, Blob>, name: string): Promise<string | undefined> {
  return files.get(name)?.text();
}

function rootOf(given: readonly HostFile[]): string {
  const found = given.filter(({ name }) => name === CONFIG_FILE || name.endsWith(`/${CONFIG_FILE}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.name.slice(0, -CONFIG_FILE.length);
  throw new AppError('not-found', `expected one ${CONFIG_FILE} among the model's files, got ${found.length}`);
}

/** Rows of logits are read by this width; another would mix them up. */
function checkVocabulary({ vocabulary }: MlcConfig, width: number | undefined): void {
  if (width === undefined || width === vocabulary) return;
  throw new AppError(
    'model-unsupported',
    `${CONFIG_FILE}: expected "vocab_size" ${width} as the weights have it, got ${vocabulary}`,
  );
}
