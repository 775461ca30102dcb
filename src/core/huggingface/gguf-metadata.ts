import { bool, float32, float32s, int32s, string, strings, uint32, type GgufTyped } from '../gguf/values.ts';
import type { HfConfig } from './config.ts';
import type { HfFolder } from './folder.ts';

/** llama.cpp's name of the architecture; it computes Mistral as Llama. */
export function ggufArchitecture({ modelType }: HfConfig): string {
  return modelType === 'mistral' ? 'llama' : modelType;
}

type Entry = readonly [string, GgufTyped];

/** Numbers of `llama_ftype` in llama.h. */
const FILE_TYPES = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 } as const;
export type Quantisation = keyof typeof FILE_TYPES;

/** The metadata of the model's GGUF file; keys as in ggml/docs/gguf.md and gguf-py's constants.py. */
export function ggufMetadata(
  folder: HfFolder,
  quantisation: Quantisation,
  appVersion: string | undefined,
): ReadonlyMap<string, GgufTyped> {
  const { config, vocabulary, chatTemplate } = folder;
  return new Map<string, GgufTyped>([
    ['general.architecture', string(ggufArchitecture(config))],
    ['general.type', string('model')],
    // By this name alone llama.cpp knows that special tokens swallow the spaces after them.
    ...entry('general.name', vocabulary.stripsLikePhi3 ? string('Phi-3') : undefined),
    ...entry('general.quantized_by', appVersion === undefined ? undefined : string(`Assay ${appVersion}`)),
    ['general.file_type', uint32(FILE_TYPES[quantisation])],
    ['general.quantization_version', uint32(2)],
    ...architecture(config),
    ...tokenizer(folder),
    ...entry('tokenizer.chat_template', chatTemplate === undefined ? undefined : string(chatTemplate)),
  ]);
}

function entry(key: string, value: GgufTyped | undefined): readonly Entry[] {
  return value === undefined ? [] : [[key, value]];
}

function architecture(config: HfConfig): readonly Entry[] {
  const { slidingWindow, attentionSoftCap, finalSoftCap, headDim } = config;
  const entries: readonly Entry[] = [
    ['context_length', uint32(config.contextTokens)],
    ['embedding_length', uint32(config.hidden)],
    ['block_count', uint32(config.layers)],
    ['feed_forward_length', uint32(config.intermediate)],
    ['vocab_size', uint32(config.vocabulary)],
    ['attention.head_count', uint32(config.heads)],
    ['attention.head_count_kv', uint32(config.keyValueHeads)],
    ['attention.key_length', uint32(headDim)],
    ['attention.value_length', uint32(headDim)],
    ['attention.layer_norm_rms_epsilon', float32(config.rmsEpsilon)],
    ...rope(config),
    ...entry('attention.sliding_window', slidingWindow === undefined ? undefined : uint32(slidingWindow)),
    ...entry(
      'attn_logit_softcapping',
      attentionSoftCap === undefined ? undefined : float32(attentionSoftCap),
    ),
    ...entry('final_logit_softcapping', finalSoftCap === undefined ? undefined : float32(finalSoftCap)),
  ];
  const name = ggufArchitecture(config);
  return entries.map(([key, value]) => [`${name}.${key}`, value]);
}

/** Llama 3.1's stretching has no key: it is a tensor. */
function rope({ rope: { theta, dimensions, scaling } }: HfConfig): readonly Entry[] {
  const plain: readonly Entry[] = [
    ['rope.dimension_count', uint32(dimensions)],
    ['rope.freq_base', float32(theta)],
  ];
  if (scaling.type === 'linear')
    return [
      ...plain,
      ['rope.scaling.type', string('linear')],
      ['rope.scaling.factor', float32(scaling.factor)],
    ];
  if (scaling.type === 'longrope')
    return [
      ...plain,
      ['rope.scaling.type', string('longrope')],
      ['rope.scaling.attn_factor', float32(scaling.attentionFactor)],
      ['rope.scaling.original_context_length', uint32(scaling.originalContext)],
    ];
  return plain;
}

function tokenizer({ vocabulary, special, chatTemplate }: HfFolder): readonly Entry[] {
  const { model, pre, tokens, types, scores, merges, unknown } = vocabulary;
  const [endOfTurn, endOfMessage] = special.alsoEnd;
  const id = (key: string, value: number | undefined): readonly Entry[] =>
    entry(`${key}_token_id`, value === undefined ? undefined : uint32(value));
  const entries: readonly Entry[] = [
    ['model', string(model)],
    ['pre', string(pre)],
    ['tokens', strings(tokens)],
    ['token_type', int32s(types)],
    ...entry('scores', scores === undefined ? undefined : float32s(scores)),
    ...entry('merges', merges === undefined ? undefined : strings(merges)),
    ...id('bos', special.bos),
    ...id('eos', special.eos),
    ...id('eot', endOfTurn),
    ...id('eom', endOfMessage),
    ...id('unknown', unknown),
    ['add_bos_token', bool(special.addBos)],
    // A prompt that is ended is not gone on with, whatever the tokenizer does to texts for training.
    ['add_eos_token', bool(false)],
    ...entry('add_space_prefix', spacePrefix(vocabulary, chatTemplate)),
  ];
  return entries.map(([key, value]) => [`tokenizer.ggml.${key}`, value]);
}

/**
 * llama.cpp puts the space in front of every stretch between special tokens or of none. Where the tokenizer does it for the
 * start of a text alone: chat templates start with a special token, so none is right for them; a model without one
 * continues plain texts.
 */
function spacePrefix(
  { spacePrefix: where }: HfFolder['vocabulary'],
  chatTemplate: string | undefined,
): GgufTyped | undefined {
  if (where === undefined) return undefined;
  return bool(where === 'always' || (where === 'first' && chatTemplate === undefined));
}
