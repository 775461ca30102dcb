import type { LibraryMetadata } from '../../src/core/mlc/metadata.ts';
import type { Constants, ModelShape } from './shape.ts';
import type { MadeTokenizer } from './tokenizer.ts';

/** The fields that Hugging Face's and MLC's configurations share. */
export function architectureConfig(shape: ModelShape, constants: Constants) {
  return {
    hidden_size: shape.hidden,
    intermediate_size: shape.inner,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    vocab_size: shape.vocabulary,
    tie_word_embeddings: shape.tied,
    hidden_act: 'silu',
    rope_theta: constants.ropeTheta,
    rms_norm_eps: constants.normEpsilon,
  };
}

function conversation(tokenizer: MadeTokenizer) {
  return {
    name: 'chatml',
    system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
    system_message: '',
    roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant', tool: '<|im_start|>user' },
    role_templates: {
      user: '{user_message}',
      assistant: '{assistant_message}',
      tool: '{tool_message}',
    },
    messages: [],
    seps: ['<|im_end|>\n'],
    role_content_sep: '\n',
    role_empty_sep: '\n',
    stop_str: ['<|im_end|>'],
    stop_token_ids: [tokenizer.endOfText, tokenizer.endOfTurn],
  };
}

/** The text of `mlc-chat-config.json`, with the fields that both runtimes of WebLLM read. */
export function chatConfigText(
  metadata: LibraryMetadata,
  shape: ModelShape,
  constants: Constants,
  tokenizer: MadeTokenizer,
): string {
  const context = metadata.contextWindowSize ?? -1;
  const sliding = metadata.slidingWindowSize ?? -1;
  const limits = {
    context_window_size: context,
    sliding_window_size: sliding,
    prefill_chunk_size: metadata.prefillChunkSize,
    attention_sink_size: sliding === -1 ? -1 : 4,
    tensor_parallel_shards: 1,
    max_batch_size: metadata.maxBatchSize,
  };
  const config = {
    version: '0.1.0',
    model_type: metadata.modelType,
    quantization: metadata.quantization,
    model_config: { ...architectureConfig(shape, constants), ...limits },
    vocab_size: shape.vocabulary,
    ...limits,
    temperature: 1,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    pad_token_id: tokenizer.endOfText,
    bos_token_id: tokenizer.endOfText,
    eos_token_id: [tokenizer.endOfTurn, tokenizer.endOfText],
    tokenizer_files: ['tokenizer.json', 'tokenizer_config.json'],
    tokenizer_info: {
      token_postproc_method: 'byte_level',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: conversation(tokenizer),
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}
