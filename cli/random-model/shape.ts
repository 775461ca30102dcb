import { AppError } from '../../src/core/errors.ts';
import type { LibraryMetadata } from '../../src/core/mlc/metadata.ts';
import type { Blank } from './fill.ts';

/** Constants that are compiled into a library and not told by its metadata. */
export interface Constants {
  readonly ropeTheta: number;
  readonly normEpsilon: number;
}

/** Of the models of these architectures in the public collection of v0_2_48 libraries; others need the options. */
const KNOWN: Readonly<Record<string, Constants>> = {
  qwen2: { ropeTheta: 1_000_000, normEpsilon: 1e-6 },
  qwen3: { ropeTheta: 1_000_000, normEpsilon: 1e-6 },
  mistral: { ropeTheta: 1_000_000, normEpsilon: 1e-5 },
};

export function constantsOf(
  { modelType }: LibraryMetadata,
  given: { readonly ropeTheta?: number; readonly normEpsilon?: number },
): Constants {
  const known = KNOWN[modelType];
  const ropeTheta = given.ropeTheta ?? known?.ropeTheta;
  const normEpsilon = given.normEpsilon ?? known?.normEpsilon;
  if (ropeTheta !== undefined && normEpsilon !== undefined) return { ropeTheta, normEpsilon };
  throw new AppError(
    'invalid-option',
    `expected --rope-theta and --norm-epsilon for the architecture ${modelType}: they are compiled into the library and not told by it`,
  );
}

/** What an architecture's own config.json says, read off the parameters of a library. */
export interface ModelShape {
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  readonly tied: boolean;
}

/** The library's parameters with every length known; `vocabulary` is for libraries that leave it to the weights. */
export function blanksOf(metadata: LibraryMetadata, vocabulary: number | undefined): readonly Blank[] {
  return metadata.params.map(({ name, shape, dtype }) => ({
    name,
    dtype,
    shape: shape.map((length) => {
      if (typeof length === 'number') return length;
      if (length === 'vocab_size' && vocabulary !== undefined) return vocabulary;
      throw new AppError(
        'invalid-option',
        `${name} has the length "${length}", which the library leaves to the weights: expected --vocabulary N`,
      );
    }),
  }));
}

function outAndIn(blanks: readonly Blank[], ending: RegExp): readonly [number, number] {
  const linear = blanks.find(({ name }) => ending.test(name.replace(/\.(weight|q_weight|q_scale)$/, '')));
  const scales = blanks.find(({ name }) => name.endsWith('.q_scale') && ending.test(name.slice(0, -8)));
  const [out = 0, width = 0] = (scales ?? linear)?.shape ?? [];
  if (out > 0 && width > 0) return [out, scales === undefined ? width : width * 32];
  throw new AppError('model-unsupported', `expected a parameter like ${ending.source}, found none`);
}

/** Throws `model-unsupported` for what is no decoder of the Llama kind. */
export function shapeOf({ kvCache, modelType }: LibraryMetadata, blanks: readonly Blank[]): ModelShape {
  if (kvCache === undefined)
    throw new AppError(
      'model-unsupported',
      `expected a model that writes text, got ${modelType} without a cache`,
    );
  const [vocabulary, hidden] = outAndIn(blanks, /embed_tokens$|\.embd$|\.wte$/);
  const [twice] = outAndIn(blanks, /gate_up_proj$/);
  return {
    hidden,
    inner: twice / 2,
    layers: kvCache.layers,
    heads: kvCache.queryHeads,
    kvHeads: kvCache.kvHeads,
    headDim: kvCache.headDim,
    vocabulary,
    tied: !blanks.some(({ name }) => name.startsWith('lm_head.')),
  };
}
