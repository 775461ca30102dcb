import { memoryOf, type ModelSize } from '../hardware/memory.ts';
import { checkFit } from '../mlc/fit.ts';
import { CONFIG_FILE, readMlcConfig, type MlcConfig } from '../mlc/config.ts';
import { checkShards, INDEX_FILES, readWeights, type Weights } from '../mlc/weights.ts';
import { chatTemplateIn } from './chat-template.ts';
import type { Finding } from './finding.ts';
import { sentence } from './gguf.ts';
import { cacheWidthOf, NEEDS_F16, needsF16, type DroppedLibrary } from './libraries.ts';
import { localName } from './paths.ts';
import { readText, type Pile, type Placed } from './pile.ts';
import { placeOfFolder } from './series.ts';
import { NO_TEMPLATE } from './warnings.ts';

const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** The files of a folder in MLC's format, read and checked against one another; rejects with an AppError. */
interface MlcFolder {
  readonly config: MlcConfig;
  readonly weights: Weights;
  /** Configuration, indexes, weights, tokenizer. */
  readonly files: readonly Placed[];
  readonly indexName: string;
}

async function readFolder(folder: string, configFile: Placed, pile: Pile): Promise<MlcFolder> {
  const config = readMlcConfig(await readText(configFile, MAX_CONFIG_BYTES));
  const indexes = INDEX_FILES.flatMap((name) => pile.in(folder, name) ?? []);
  const [index] = indexes;
  if (index === undefined) {
    throw new Error(`The list of its weights (${INDEX_FILES.join(' or ')}) is missing.`);
  }
  const weights = readWeights(await readText(index, MAX_INDEX_BYTES), index.name);
  checkShards(weights, (path) => pile.in(folder, path)?.file.size, index.name);
  const others = [...config.tokenizerFiles, 'tokenizer_config.json', 'chat_template.jinja'];
  const names = new Set([...weights.shards.map(({ path }) => path), ...others]);
  const files = [configFile, ...indexes, ...[...names].flatMap((name) => pile.in(folder, name) ?? [])];
  return { config, weights, files, indexName: index.name };
}

/** A model in MLC's format; undefined where the folder has none. */
export async function findMlc(
  folder: string,
  libraries: readonly DroppedLibrary[],
  pile: Pile,
): Promise<Finding | undefined> {
  const configFile = pile.in(folder, CONFIG_FILE);
  if (configFile === undefined) return undefined;
  const who = {
    id: `mlc:${folder}`,
    kind: 'mlc',
    title: localName(folder) || 'MLC model',
    ...placeOfFolder(folder),
  } as const;
  try {
    const read = await readFolder(folder, configFile, pile);
    pile.use(read.files);
    return await complete(who, folder, read, libraries, pile);
  } catch (thrown) {
    pile.use([configFile]);
    const { size } = configFile.file;
    const paths = [configFile.path];
    return {
      found: { ...who, paths, sizeBytes: size, missing: [sentence(thrown)], warnings: [], targets: [] },
    };
  }
}

type Who = Pick<Finding['found'], 'id' | 'kind' | 'title' | 'series' | 'step'>;

async function complete(
  who: Who,
  folder: string,
  { config, weights, files, indexName }: MlcFolder,
  libraries: readonly DroppedLibrary[],
  pile: Pile,
): Promise<Finding> {
  const chosen = fitting(weights, indexName, libraries);
  const library = 'placed' in chosen ? chosen : undefined;
  const all = library === undefined ? files : [...files, library.placed];
  pile.use(all);
  const sizeBytes = all.reduce((sum, { file }) => sum + file.size, 0);
  const contextTokens = config.contextTokens ?? library?.library.metadata.contextWindowSize;
  const hasChatTemplate = (await chatTemplateIn(folder, pile)) !== undefined;
  const hasTokenizer = pile.in(folder, 'tokenizer.json') !== undefined;
  const missing = [
    ...('why' in chosen ? [chosen.why] : []),
    ...(hasTokenizer ? [] : ['Its tokenizer.json is missing.']),
  ];
  const warnings = [
    ...(hasChatTemplate ? [] : [NO_TEMPLATE]),
    ...(library !== undefined && needsF16(library.library.metadata) ? [NEEDS_F16] : []),
  ];
  const architecture = config.modelType ?? library?.library.metadata.modelType;
  const quantisation = config.quantization ?? library?.library.metadata.quantization;
  const parameters = parametersOf(weights, quantisation ?? '');
  const size = { sizeBytes, parameters, ...(contextTokens === undefined ? {} : { contextTokens }) };
  return {
    found: {
      ...who,
      paths: all.map(({ path }) => path),
      ...{ sizeBytes, hasChatTemplate, missing, warnings },
      parameters,
      ...(architecture === undefined ? {} : { architecture }),
      ...(quantisation === undefined ? {} : { weights: quantisation }),
      ...(contextTokens === undefined ? {} : { contextTokens }),
      targets:
        library === undefined || missing.length > 0
          ? []
          : [{ to: 'as-is', diskBytes: sizeBytes, memoryBytes: mlcMemory(size, library) }],
    },
  };
}

/** The library that the weights fit, or why there is none. */
function fitting(
  weights: Weights,
  indexName: string,
  libraries: readonly DroppedLibrary[],
): DroppedLibrary | { readonly why: string } {
  let why = 'The model library (.wasm) that it was compiled with is missing: drop it too.';
  for (const dropped of libraries) {
    try {
      checkFit(
        { file: dropped.placed.name, content: dropped.library.metadata },
        { file: indexName, content: weights },
      );
      return dropped;
    } catch (thrown) {
      why = sentence(thrown);
    }
  }
  return { why };
}

function mlcMemory(
  size: Pick<ModelSize, 'sizeBytes' | 'parameters' | 'contextTokens'>,
  { library: { metadata } }: DroppedLibrary,
): number {
  const cacheWidth = cacheWidthOf(metadata);
  const quantisation = metadata.quantization;
  return memoryOf({
    kind: 'mlc',
    ...size,
    quantisation,
    ...(cacheWidth === undefined ? {} : { cacheWidth }),
  });
}

/** Of quantised weights, several to a 32-bit word (`q4`: 8, `q3`: 10); scales do not count. */
export function parametersOf({ shards }: Weights, quantisation: string): number {
  const bits = Number(/^q(\d)/.exec(quantisation)?.[1] ?? 0);
  const perWord = bits === 0 ? 1 : Math.floor(32 / bits);
  const records = shards.flatMap(({ records }) => records);
  return records.reduce((sum, { name, shape, dtype }) => {
    if (name.endsWith('.q_scale')) return sum;
    const numbers = shape.reduce((product, length) => product * length, 1);
    return sum + (name.endsWith('.q_weight') && dtype === 'uint32' ? numbers * perWord : numbers);
  }, 0);
}
