import type { HfConfig } from '../huggingface/config.ts';
import type { HfFolder } from '../huggingface/folder.ts';
import type { LibraryMetadata } from './metadata.ts';

/**
 * The text of mlc-chat-config.json with the fields that both runtimes of WebLLM read. Its conversation template only joins
 * texts: Assay renders the model's own Jinja template. `vocabulary` is the width of the logits.
 */
export function chatConfigText(
  folder: Omit<HfFolder, 'tensors'>,
  library: LibraryMetadata,
  vocabulary: number,
  tokenizerFiles: readonly string[],
): string {
  const { special, vocabulary: tokenizer } = folder;
  const limits = {
    context_window_size: library.contextWindowSize ?? -1,
    sliding_window_size: library.slidingWindowSize ?? -1,
    prefill_chunk_size: library.prefillChunkSize,
    attention_sink_size: library.slidingWindowSize === undefined ? -1 : 4,
    tensor_parallel_shards: 1,
    max_batch_size: library.maxBatchSize,
  };
  const stops = [...new Set([special.eos, ...special.alsoEnd])];
  const config = {
    version: '0.1.0',
    model_type: library.modelType,
    quantization: library.quantization,
    model_config: { ...architecture(folder.config, vocabulary), ...limits },
    vocab_size: vocabulary,
    ...limits,
    temperature: 1,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    ...(special.bos === undefined ? {} : { bos_token_id: special.bos }),
    eos_token_id: stops,
    tokenizer_files: tokenizerFiles,
    tokenizer_info: {
      token_postproc_method: tokenizer.model === 'gpt2' ? 'byte_level' : 'byte_fallback',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: conversation(stops),
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}

function architecture(config: HfConfig, vocabulary: number): Readonly<Record<string, unknown>> {
  return {
    hidden_size: config.hidden,
    intermediate_size: config.intermediate,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDim,
    vocab_size: vocabulary,
    tie_word_embeddings: config.tied,
    rope_theta: config.rope.theta,
    rms_norm_eps: config.rmsEpsilon,
    max_position_embeddings: config.contextTokens,
  };
}

function conversation(stops: readonly number[]): Readonly<Record<string, unknown>> {
  return {
    name: 'plain',
    system_template: '{system_message}',
    system_message: '',
    roles: { user: '', assistant: '', tool: '' },
    role_templates: {
      user: '{user_message}',
      assistant: '{assistant_message}',
      tool: '{tool_message}',
    },
    messages: [],
    seps: [''],
    role_content_sep: '',
    role_empty_sep: '',
    stop_str: [],
    stop_token_ids: stops,
  };
}
