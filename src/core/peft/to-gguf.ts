import type { OutFile } from '../convert/types.ts';
import { AppError } from '../errors.ts';
import { float32, string, uint32, type GgufTyped } from '../gguf/values.ts';
import { ggufFile, type GgufTensorOut } from '../gguf/write.ts';
import type { NamedTensor } from '../huggingface/names.ts';
import { permuteHeads } from '../tensors/permute.ts';
import type { Tensor } from '../tensors/types.ts';
import type { LoraPair, PeftAdapter } from './adapter.ts';

/** What an adapter's file has to know of its base. */
export interface AdapterBase {
  /** As llama.cpp names it. */
  readonly architecture: string;
  /** What the base's tensor of this Hugging Face name became in its GGUF file. */
  readonly nameOf: (name: string) => Pick<NamedTensor, 'ggml' | 'transform'> | undefined;
}

export interface AdapterFileOptions {
  readonly fileName: string;
  readonly type: 'F32' | 'F16';
}

/** Numbers of `llama_ftype` in llama.h. */
const FILE_TYPES = { F32: 0, F16: 1 } as const;

/**
 * A GGUF adapter as convert_lora_to_gguf.py writes it: `<weight>.lora_a` [rank, in] and `<weight>.lora_b` [out, rank], rows of B
 * in the order of the base's weight. llama.cpp adds alpha / rank * B A with one alpha for all; where an adapter's scales differ
 * from that (rank-stabilised, patterns), B is multiplied by what is left. Throws `model-unsupported` for a weight that the base's
 * file has no counterpart of.
 */
export function adapterGguf(adapter: PeftAdapter, base: AdapterBase, options: AdapterFileOptions): OutFile {
  const [first] = adapter.pairs;
  const alpha = first === undefined ? adapter.config.alpha : first.scale * first.rank;
  const metadata = new Map<string, GgufTyped>([
    ['general.architecture', string(base.architecture)],
    ['general.type', string('adapter')],
    ['adapter.type', string('lora')],
    ['adapter.lora.alpha', float32(alpha)],
    ['general.file_type', uint32(FILE_TYPES[options.type])],
  ]);
  const tensors = adapter.pairs.flatMap((pair): GgufTensorOut[] => {
    const { ggml, b } = renamedPair(pair, base);
    const factor = (pair.scale * pair.rank) / alpha;
    return [
      { name: `${ggml}.lora_a`, tensor: pair.a, type: options.type },
      { name: `${ggml}.lora_b`, tensor: times(b, factor), type: options.type },
    ];
  });
  return ggufFile(options.fileName, metadata, tensors);
}

function renamedPair({ name, b }: LoraPair, base: AdapterBase): { ggml: string; b: Tensor } {
  const named = base.nameOf(name);
  if (named === undefined || named.transform.type === 'plus-one') {
    const got = named === undefined ? 'a base without it' : 'one of a norm';
    throw new AppError(
      'model-unsupported',
      `PEFT adapter: expected a base with a matrix "${name}", got ${got}`,
    );
  }
  const { ggml, transform } = named;
  return { ggml, b: transform.type === 'permute' ? permuteHeads(b, transform.heads) : b };
}

function times(tensor: Tensor, factor: number): Tensor {
  if (factor === 1) return tensor;
  const { name, shape } = tensor;
  const read = async (start: number, count: number): Promise<Float32Array> =>
    (await tensor.read(start, count)).map((number) => number * factor);
  return { name, shape, type: 'F32', read };
}
