import { AppError } from '../errors.ts';
import type { TokenizerConfig } from './tokenizer-schema.ts';

/**
 * The model's chat template, word for word: chat_template.jinja, else `chat_template` of tokenizer_config.json, of several the
 * one called `default`. Undefined where there is none; throws `model-unsupported` where none of several is the default.
 */
export function chatTemplateOf(
  jinja: string | undefined,
  tokenizerConfig: Pick<TokenizerConfig, 'chat_template'> | undefined,
): string | undefined {
  if (jinja !== undefined) return jinja;
  const given = tokenizerConfig?.chat_template ?? undefined;
  if (given === undefined || typeof given === 'string') return given;
  if (given.length === 0) return undefined;
  const chosen = given.find(({ name }) => name === 'default');
  if (chosen !== undefined) return chosen.template;
  throw new AppError(
    'model-unsupported',
    `tokenizer_config.json: expected a chat template called "default", got ${given.map(({ name }) => `"${name}"`).join(', ')}`,
  );
}
