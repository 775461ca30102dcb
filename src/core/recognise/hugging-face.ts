import { fitsLlamacpp, memoryOf } from '../hardware/memory.ts';
import { openHfFolder, type HfFolder } from '../huggingface/folder.ts';
import { expectedTensors, matchTensors } from '../huggingface/names.ts';
import { parametersOf } from '../mlc/parameters.ts';
import { sizeOf } from '../tensors/types.ts';
import type { Finding } from './finding.ts';
import { sentence } from './gguf.ts';
import { NEEDS_F16, needsF16, parameterBytes, type DroppedLibrary } from './libraries.ts';
import { localName } from './paths.ts';
import type { Pile, Placed } from './pile.ts';
import { placeOf } from './place.ts';
import type { ImportTarget } from './types.ts';
import { NO_TEMPLATE, TOO_LARGE } from './warnings.ts';
import { GGUF_TYPES, ggufBytes, mainType } from './weights.ts';

/** Small files that belong to a model beside its weights. */
const COMPANIONS = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'generation_config.json',
  'chat_template.jinja',
  'model.safetensors.index.json',
];
const TORCH = /^(pytorch_model|model|consolidated).*\.(bin|pt|pth)$/i;

interface Parts {
  readonly weights: readonly Placed[];
  readonly torch: readonly Placed[];
  readonly companions: readonly Placed[];
}

function partsOf(folder: string, files: readonly Placed[], pile: Pile): Parts {
  const isWeights = ({ name, content }: Placed): boolean =>
    (content === 'safetensors' || name.toLowerCase().endsWith('.safetensors')) &&
    !name.startsWith('adapter_');
  const isTorch = ({ name, content }: Placed): boolean =>
    (content === 'zip' || content === 'pickle') && TORCH.test(name);
  return {
    weights: files.filter(isWeights),
    torch: files.filter(isTorch),
    companions: COMPANIONS.flatMap((name) => pile.in(folder, name) ?? []),
  };
}

/** Whether a folder without weights is one that lacks them: its config.json alone could be anybody's. */
function isModel({ weights, torch, companions }: Parts): boolean {
  const has = (name: string): boolean => companions.some((file) => file.name === name);
  const described = has('config.json') && (has('tokenizer.json') || has('model.safetensors.index.json'));
  const real = weights.some(({ content }) => content === 'safetensors');
  return real || (weights.length > 0 && has('config.json')) || torch.length > 0 || described;
}

function missingOf({ weights, torch, companions }: Parts): readonly string[] {
  const has = (name: string): boolean => companions.some((file) => file.name === name);
  return [
    ...(has('config.json') ? [] : ['Its config.json is missing, which says how the model is built.']),
    ...(has('tokenizer.json')
      ? []
      : ['Its tokenizer.json is missing: save the tokenizer in the fast format, which writes that file.']),
    ...(weights.length > 0 ? [] : [torch.length > 0 ? ONLY_TORCH : NO_WEIGHTS]),
  ];
}

const NO_WEIGHTS = 'Its weights (model.safetensors) are missing.';
const ONLY_TORCH =
  "Its weights are in PyTorch's own format only, which can run programs when it is read: save them as safetensors.";

/** A model as transformers saves it; undefined where the folder has none. */
export async function findHuggingFace(
  folder: string,
  files: readonly Placed[],
  libraries: readonly DroppedLibrary[],
  pile: Pile,
): Promise<Finding | undefined> {
  const parts = partsOf(folder, files, pile);
  if (!isModel(parts)) return undefined;
  const all = [...parts.companions, ...parts.weights];
  pile.use([...all, ...parts.torch]);
  const who = {
    id: `hugging-face:${folder}`,
    kind: 'hugging-face',
    title: localName(folder) || 'Hugging Face model',
    paths: all.map(({ path }) => path),
    sizeBytes: all.reduce((sum, { file }) => sum + file.size, 0),
    ...(await placeOf(folder, pile)),
  } as const;
  const missing = missingOf(parts);
  const incomplete = (why: readonly string[]): Finding => ({
    found: { ...who, missing: why, warnings: [], targets: [] },
  });
  if (missing.length > 0) return incomplete(missing);
  try {
    const read = await openHfFolder(all);
    matchTensors(read.config, read.tensors);
    pile.use(fitting(libraries, read).fits.map(({ placed }) => placed));
    return complete(who, read, libraries, pile.in(folder, 'tokenizer.json')?.file.size ?? 0);
  } catch (thrown) {
    return incomplete([sentence(thrown)]);
  }
}

function complete(
  who: Pick<Finding['found'], 'id' | 'kind' | 'title' | 'paths' | 'sizeBytes' | 'series' | 'step'>,
  folder: HfFolder,
  libraries: readonly DroppedLibrary[],
  tokenizerBytes: number,
): Finding {
  const { config, tensors, chatTemplate } = folder;
  const named = expectedTensors(config);
  const { fits, why } = fitting(libraries, folder);
  const gguf = ggufTargets(config, tokenizerBytes);
  const weights = mainType(tensors.values());
  const mlc = fits.map((dropped) => mlcTarget(dropped, config, tokenizerBytes));
  const warnings = [
    ...(chatTemplate === undefined ? [NO_TEMPLATE] : []),
    ...(gguf.some(({ memoryBytes }) => fitsLlamacpp(memoryBytes)) ? [] : [TOO_LARGE]),
    ...why,
    ...(fits.some(({ library }) => needsF16(library.metadata)) ? [NEEDS_F16] : []),
  ];
  return {
    found: {
      ...who,
      architecture: config.modelType,
      parameters: named.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      contextTokens: config.contextTokens,
      hasChatTemplate: chatTemplate !== undefined,
      ...(weights === undefined ? {} : { weights }),
      ...{ missing: [], warnings, targets: [...mlc, ...gguf] },
    },
    // llama.cpp has no architecture of this name: it runs Mistral models as Llama ones.
    ggufArchitecture: config.modelType === 'mistral' ? 'llama' : config.modelType,
    shapes: new Map(named.map(({ hf, shape }) => [hf, shape])),
  };
}

type Config = HfFolder['config'];

/** The most exact that llama.cpp has room for first, then what is smaller, then what is too large. */
function ggufTargets(config: Config, tokenizerBytes: number): readonly ImportTarget[] {
  const { contextTokens } = config;
  const named = expectedTensors(config);
  const targets = GGUF_TYPES.map(({ quantisation, bytesPerWeight }): ImportTarget => {
    const diskBytes = ggufBytes(named, bytesPerWeight, tokenizerBytes);
    const cacheWidth = cacheWidthOf(config);
    const memoryBytes = memoryOf({ kind: 'gguf', sizeBytes: diskBytes, cacheWidth, contextTokens });
    return { to: 'gguf', quantisation, diskBytes, memoryBytes };
  });
  const fits = ({ memoryBytes }: ImportTarget): boolean => fitsLlamacpp(memoryBytes);
  return [...targets.filter(fits), ...targets.filter((target) => !fits(target))];
}

/** Numbers that a token adds to the key-value cache. */
function cacheWidthOf({ layers, keyValueHeads, headDim }: Config): number {
  return 2 * layers * keyValueHeads * headDim;
}

/** Libraries of this architecture that were compiled for these very weights, and why others of it were not. */
function fitting(
  libraries: readonly DroppedLibrary[],
  { config, tensors }: HfFolder,
): { readonly fits: readonly DroppedLibrary[]; readonly why: readonly string[] } {
  const fits: DroppedLibrary[] = [];
  const why: string[] = [];
  for (const dropped of libraries) {
    const { placed, library } = dropped;
    if (library.metadata.modelType !== config.modelType) continue;
    try {
      parametersOf(library.metadata, config, tensors);
      fits.push(dropped);
    } catch (thrown) {
      why.push(`The model library ${placed.name} does not fit: ${sentence(thrown)}`);
    }
  }
  return { fits, why };
}

function mlcTarget(dropped: DroppedLibrary, config: Config, tokenizerBytes: number): ImportTarget {
  const { placed, library } = dropped;
  const { metadata } = library;
  const quantisation = metadata.quantization;
  const weightBytes = parameterBytes(metadata, () => config.vocabulary);
  const sizeBytes = weightBytes + placed.file.size + tokenizerBytes;
  const contextTokens = Math.min(config.contextTokens, metadata.contextWindowSize ?? config.contextTokens);
  return {
    ...{ to: 'mlc', quantisation, library: placed.path, diskBytes: sizeBytes },
    memoryBytes: memoryOf({
      ...{ kind: 'mlc', quantisation, sizeBytes, contextTokens, cacheWidth: cacheWidthOf(config) },
    }),
  };
}
