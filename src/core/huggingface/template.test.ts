import { expect, it } from 'vitest';
import { chatTemplateOf } from './template.ts';

const list = [
  { name: 'tool_use', template: '{{ tools }}' },
  { name: 'default', template: '{{ messages }}\n' },
];

it.each([
  ['the file of its own', '{{ a }}\n', { chat_template: '{{ b }}' }, '{{ a }}\n'],
  ["the tokenizer's", undefined, { chat_template: ' {{ b }} ' }, ' {{ b }} '],
  ['the default of several', undefined, { chat_template: list }, '{{ messages }}\n'],
  ['none of an empty list', undefined, { chat_template: [] }, undefined],
  ['none', undefined, { chat_template: null }, undefined],
  ['none without the file', undefined, undefined, undefined],
])('takes %s, word for word', (_which, jinja, tokenizerConfig, expected) => {
  expect(chatTemplateOf(jinja, tokenizerConfig)).toBe(expected);
});

it('refuses several without a default', () => {
  const some = [{ name: 'rag', template: '' }];
  expect(() => chatTemplateOf(undefined, { chat_template: some })).toThrow('called "default", got "rag"');
});
