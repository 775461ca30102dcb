import { AppError } from '../errors.ts';
import { expectedTensors, matchTensors } from '../huggingface/names.ts';
import type { HfConfig } from '../huggingface/config.ts';
import { encoded } from '../quantise/encoded.ts';
import { groupsOf } from '../quantise/groups.ts';
import { CODECS } from '../quantise/index.ts';
import type { Tensors } from '../tensors/types.ts';
import { GroupedTensor } from './grouped.ts';
import { ELEMENT_BYTES, type LibraryMetadata, type LibraryParameter } from './metadata.ts';
import { sourceOf, type Source } from './sources.ts';

/** A parameter as it is to be written. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: LibraryParameter['dtype'];
  readonly nbytes: number;
  chunks(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

const QUANTISATIONS = ['q0f16', 'q0f32', 'q4f16_1', 'q4f32_1'];
const PACKED = /\.q_(weight|scale)$/;

/**
 * The parameters that a model library asks for, in its order, made of a model's tensors. Throws `model-unsupported`, naming both
 * sides, unless the library was compiled for exactly this architecture: every parameter has its source, every tensor its use.
 */
export function parametersOf(
  library: LibraryMetadata,
  config: HfConfig,
  tensors: Tensors,
): readonly Parameter[] {
  checkArchitecture(library, config);
  matchTensors(config, tensors);
  const used = new Set<string>();
  const grouped = new Map<string, GroupedTensor>();
  const parameters = library.params.map((param) => {
    const base = param.name.replace(PACKED, '.weight');
    const [rows] = param.shape;
    const source = sourceOf(base, config.modelType, tensors, typeof rows === 'number' ? rows : undefined);
    for (const name of source.from) used.add(name);
    return PACKED.test(param.name) ? packed(param, source, grouped) : plain(param, source);
  });
  const unused = expectedTensors(config).filter(({ hf }) => !used.has(hf));
  if (unused.length > 0) {
    const names = unused.slice(0, 3).map(({ hf }) => hf);
    const more = unused.length > 3 ? ` and ${unused.length - 3} more` : '';
    throw new AppError(
      'model-unsupported',
      `the model library has no parameter for ${names.join(', ')}${more} of the weights`,
    );
  }
  return parameters;
}

function checkArchitecture(library: LibraryMetadata, config: HfConfig): void {
  const { modelType, quantization, kvCache } = library;
  const refuse = (what: string, expected: unknown, got: unknown): AppError =>
    new AppError(
      'model-unsupported',
      `the model library is for another model: it expects ${what} ${String(expected)}, config.json says ${String(got)}`,
    );
  if (!QUANTISATIONS.includes(quantization)) {
    throw new AppError(
      'model-unsupported',
      `model library: expected a quantisation of ${QUANTISATIONS.join(', ')}, got ${quantization}`,
    );
  }
  if (modelType !== config.modelType) throw refuse('architecture', modelType, config.modelType);
  if (kvCache === undefined) return;
  const sides = [
    ['layers', kvCache.layers, config.layers],
    ['attention heads', kvCache.queryHeads, config.heads],
    ['key-value heads', kvCache.kvHeads, config.keyValueHeads],
    ['a head width of', kvCache.headDim, config.headDim],
  ] as const;
  for (const [what, expected, got] of sides) if (expected !== got) throw refuse(what, expected, got);
}

function plain(param: LibraryParameter, { tensor }: Source): Parameter {
  const { dtype } = param;
  if (dtype !== 'float16' && dtype !== 'float32') throw wrongType(param, 'float16 or float32');
  const shape = fitted(param, tensor.shape);
  const codec = dtype === 'float16' ? CODECS.F16 : CODECS.F32;
  return made(param, shape, () => encoded(tensor, codec));
}

/** Words and scales of one matrix share its reading, wherever they stand in the order. */
function packed(param: LibraryParameter, { tensor }: Source, grouped: Map<string, GroupedTensor>): Parameter {
  const [out = 0, width = 0] = tensor.shape;
  const per = groupsOf(width);
  const isWords = param.name.endsWith('.q_weight');
  const shape = fitted(param, [out, isWords ? per.words : per.groups]);
  const { dtype } = param;
  if (isWords) {
    if (dtype !== 'uint32') throw wrongType(param, 'uint32');
    return made(param, shape, () => grouping(grouped, tensor.name).words());
  }
  if (dtype !== 'float16' && dtype !== 'float32') throw wrongType(param, 'float16 or float32');
  grouped.set(tensor.name, new GroupedTensor(tensor, dtype === 'float16'));
  return made(param, shape, () => grouping(grouped, tensor.name).scales());
}

function grouping(grouped: ReadonlyMap<string, GroupedTensor>, name: string): GroupedTensor {
  const found = grouped.get(name);
  if (found !== undefined) return found;
  throw new AppError('model-unsupported', `model library: expected scales for "${name}", got words only`);
}

/** The library's shape with its named lengths filled in by the weights'. */
function fitted(param: LibraryParameter, got: readonly number[]): readonly number[] {
  const fits =
    got.length === param.shape.length &&
    param.shape.every((length, at) => typeof length === 'string' || length === got[at]);
  if (fits) return got;
  throw new AppError(
    'model-unsupported',
    `the model library is for another model: "${param.name}" is [${param.shape.join(', ')}] there, and would be [${got.join(', ')}] of these weights`,
  );
}

function made(param: LibraryParameter, shape: readonly number[], chunks: Parameter['chunks']): Parameter {
  const { name, dtype } = param;
  const nbytes = shape.reduce((product, length) => product * length, ELEMENT_BYTES[dtype]);
  return { name, shape, dtype, nbytes, chunks };
}

function wrongType({ name, dtype }: LibraryParameter, expected: string): AppError {
  return new AppError('model-unsupported', `model library, "${name}": expected ${expected}, got ${dtype}`);
}
