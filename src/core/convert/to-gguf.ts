import { ggufFile, type GgufTensorOut } from '../gguf/write.ts';
import type { HfConfig } from '../huggingface/config.ts';
import type { HfFolder } from '../huggingface/folder.ts';
import { ggufArchitecture, ggufMetadata, type Quantisation } from '../huggingface/gguf-metadata.ts';
import { matchTensors, type NamedTensor, type Transform } from '../huggingface/names.ts';
import { llama3Divisors } from '../huggingface/rope.ts';
import { permuteHeads } from '../tensors/permute.ts';
import { sizeOf, type Tensor, type Tensors } from '../tensors/types.ts';
import { plusOne } from '../tensors/views.ts';
import type { Converted } from './types.ts';

export interface ToGgufOptions {
  readonly quantisation: Quantisation;
  /** Instead of the folder's own, e.g. with an adapter merged into them; same names and shapes. */
  readonly tensors?: Tensors;
  /** Written into the file. */
  readonly appVersion?: string;
}

/**
 * One GGUF file that llama.cpp loads, from a Hugging Face folder; weights are read while the file is. Throws AppError
 * `invalid-file` or `model-unsupported` for tensors that are not those of the configuration.
 *
 * Types: norms, biases and rotary factors are F32, as llama.cpp has them. In `Q4_0` the output layer (or the embedding where
 * it is that too) is Q8_0: llama.cpp's own Q4_0 files have Q6_K there, which Assay does not write; the error of that layer
 * goes straight into the probabilities.
 */
export function convertToGguf(folder: HfFolder, options: ToGgufOptions): Converted {
  const { config, chatTemplate } = folder;
  const { quantisation } = options;
  const matched = matchTensors(config, options.tensors ?? folder.tensors);
  const tensors = matched.map(({ named, tensor }): GgufTensorOut => ({
    name: named.ggml,
    tensor: transformed(tensor, named.transform),
    type: typeOf(named.kind, quantisation, config),
  }));
  const metadata = ggufMetadata(folder, quantisation, options.appVersion);
  return {
    files: [ggufFile('model.gguf', metadata, [...ropeTensors(config), ...tensors])],
    architecture: ggufArchitecture(config),
    quantisation,
    parameters: matched.reduce((sum, { tensor }) => sum + sizeOf(tensor.shape), 0),
    contextTokens: config.contextTokens,
    cacheWidth: config.layers * config.keyValueHeads * 2 * config.headDim,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
}

/** A tensor's numbers as llama.cpp wants them; the shape stays. */
function transformed(tensor: Tensor, transform: Transform): Tensor {
  switch (transform.type) {
    case 'none':
      return tensor;
    case 'permute':
      return permuteHeads(tensor, transform.heads);
    case 'plus-one':
      return plusOne(tensor);
  }
}

function typeOf(kind: NamedTensor['kind'], quantisation: Quantisation, { tied }: HfConfig): Quantisation {
  switch (kind) {
    case 'vector':
      return 'F32';
    case 'embedding':
      return quantisation === 'Q4_0' && tied ? 'Q8_0' : quantisation;
    case 'output':
      return quantisation === 'Q4_0' ? 'Q8_0' : quantisation;
    case 'matrix':
      return quantisation;
  }
}

/** What stretches the positions, where llama.cpp reads it from tensors. */
function ropeTensors({ rope }: HfConfig): readonly GgufTensorOut[] {
  const { scaling } = rope;
  if (scaling.type === 'longrope')
    return [
      given('rope_factors_long.weight', scaling.long),
      given('rope_factors_short.weight', scaling.short),
    ];
  const divisors = llama3Divisors(rope);
  return divisors === undefined ? [] : [given('rope_freqs.weight', divisors)];
}

function given(name: string, values: readonly number[]): GgufTensorOut {
  const numbers = Float32Array.from(values);
  const read = (start: number, count: number): Promise<Float32Array> =>
    Promise.resolve(numbers.slice(start, start + count));
  return { name, type: 'F32', tensor: { name, shape: [numbers.length], type: 'F32', read } };
}
