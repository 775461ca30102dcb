import { describe, expect, it } from 'vitest';
import { CHAT_TEMPLATES } from '../../../test/fixtures/chat-templates.ts';
import type { Message } from '../../core/engine.ts';
import { createRenderer } from './chat.ts';

const SYSTEM: Message = { role: 'system', content: 'Be brief.' };
const HELLO: Message = { role: 'user', content: ' Hello. ' };
const TALK: readonly Message[] = [
  HELLO,
  { role: 'assistant', content: 'Hi.' },
  { role: 'user', content: 'Is it\nsafe?' },
];

function render(family: keyof typeof CHAT_TEMPLATES, messages: readonly Message[], prefill?: string): string {
  const renderer = createRenderer(CHAT_TEMPLATES[family], { bos: '<s>', eos: '</s>' });
  return renderer({ kind: 'chat', messages, ...(prefill === undefined ? {} : { prefill }) });
}

/** Renderings made with Python's Jinja2 3.1 as transformers sets it up (trim_blocks, lstrip_blocks). */
describe('chat templates are rendered as the model demands', () => {
  it.each([
    [
      'chatml',
      [HELLO],
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n Hello. <|im_end|>\n<|im_start|>assistant\n',
    ],
    [
      'chatml',
      [SYSTEM, ...TALK],
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hello. <|im_end|>\n<|im_start|>assistant\nHi.<|im_end|>\n<|im_start|>user\nIs it\nsafe?<|im_end|>\n<|im_start|>assistant\n',
    ],
    [
      'llama3',
      [SYSTEM, HELLO],
      '<s><|start_header_id|>system<|end_header_id|>\n\nToday Date: 26 Jul 2024\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    [
      'llama3',
      [HELLO],
      '<s><|start_header_id|>system<|end_header_id|>\n\nToday Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    ['mistral', TALK, '<s>[INST]  Hello.  [/INST]Hi.</s>[INST] Is it\nsafe? [/INST]'],
    [
      'gemma2',
      TALK,
      '<s><start_of_turn>user\nHello.<end_of_turn>\n<start_of_turn>model\nHi.<end_of_turn>\n<start_of_turn>user\nIs it\nsafe?<end_of_turn>\n<start_of_turn>model\n',
    ],
    [
      'phi3',
      [SYSTEM, ...TALK],
      '<|system|>\nBe brief.<|end|>\n<|user|>\n Hello. <|end|>\n<|assistant|>\nHi.<|end|>\n<|user|>\nIs it\nsafe?<|end|>\n<|assistant|>\n',
    ],
  ] as const)('%s', (family, messages, expected) => {
    expect(render(family, messages)).toBe(expected);
    expect(render(family, messages, 'Score: ')).toBe(`${expected}Score: `);
  });

  it.each([
    ['gemma2', [SYSTEM, HELLO], 'System role not supported'],
    ['mistral', [SYSTEM, HELLO], 'Roles must alternate between user and assistant'],
    ['mistral', [HELLO, HELLO], 'Roles must alternate between user and assistant'],
  ] as const)("%s refuses in the template's own words", (family, messages, reason) => {
    expect(() => render(family, messages)).toThrow(
      expect.objectContaining({
        code: 'model-unsupported',
        message: `the model's chat template refused: ${reason}`,
      }),
    );
  });

  it('tells a template the same day on every day and in every language', () => {
    const template = "{{ strftime_now('%A %d %B %Y, %Y-%m-%d %H:%M %% %Q') }}";
    const prompt = { kind: 'chat', messages: [HELLO] } as const;
    expect(createRenderer(template, { bos: '', eos: '' })(prompt)).toBe(
      'Friday 26 July 2024, 2024-07-26 12:00 % %Q',
    );
  });

  it('refuses a template that is none', () => {
    expect(() => createRenderer('{% if %}', { bos: '', eos: '' })).toThrow(
      "the model's chat template refused",
    );
  });
});
