import * as v from 'valibot';
import type { Message, Prompt } from '../../../core/engine.ts';
import { readJson } from '../../../core/mlc/json.ts';
import type { Render } from '../../shared/chat.ts';

const templateSchema = v.object({
  system_template: v.optional(v.string(), ''),
  system_message: v.optional(v.string(), ''),
  roles: v.object({ user: v.string(), assistant: v.string() }),
  role_templates: v.optional(
    v.object({ user: v.optional(v.string()), assistant: v.optional(v.string()) }),
    {},
  ),
  add_role_after_system_message: v.optional(v.boolean(), true),
  seps: v.pipe(v.array(v.string()), v.minLength(1)),
  role_content_sep: v.nullish(v.string()),
  role_empty_sep: v.nullish(v.string()),
});
type Template = v.InferOutput<typeof templateSchema>;

const configSchema = v.object({ conv_template: v.optional(v.unknown()) });

/**
 * Renders chats as the conversation template of `mlc-chat-config.json` says, in WebLLM's way, for models that come without their
 * Jinja template; undefined where there is none.
 */
export function readConversation(source: string, file: string): Render | undefined {
  const { conv_template: raw } = readJson(source, configSchema, file);
  const parsed = v.safeParse(templateSchema, raw);
  if (!parsed.success) return undefined;
  return (prompt) => (prompt.kind === 'raw' ? prompt.text : renderChat(parsed.output, prompt));
}

function renderChat(template: Template, { messages, prefill }: Extract<Prompt, { kind: 'chat' }>): string {
  const told = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const message = told.length > 0 ? told.join('\n') : template.system_message;
  const system = template.system_template.replaceAll('{system_message}', () => message);
  const turns = messages
    .filter(({ role }) => role !== 'system')
    .map((turn, at) => renderTurn(template, turn, at, system !== ''));
  return (
    system + turns.join('') + template.roles.assistant + (template.role_empty_sep ?? ': ') + (prefill ?? '')
  );
}

function renderTurn(
  template: Template,
  { role, content }: Message,
  at: number,
  afterSystem: boolean,
): string {
  if (role === 'system') return '';
  const named = at > 0 || !afterSystem || template.add_role_after_system_message;
  const prefix = named ? template.roles[role] + (template.role_content_sep ?? ': ') : '';
  const placeholder = role === 'user' ? '{user_message}' : '{assistant_message}';
  const text =
    template.role_templates[role]
      ?.replaceAll(placeholder, () => content)
      .replaceAll('{function_string}', '') ?? content;
  return prefix + text + (template.seps[at % template.seps.length] ?? '');
}
