import { describe, expect, it } from 'vitest';
import { BUILT_IN_FORMATS, wrapperFormat } from './formats.ts';
import { parsePack } from './parse.ts';
import { fill, renderPrompt } from './render.ts';
import type { Format } from './types.ts';

const pack = parsePack(
  `id: p
title: P
version: "1"
formats: [free, json, python, code]
probes:
  - id: a
    system: You are a pharmacist.
    context:
      - { role: user, content: Hi. }
      - { role: assistant, content: Hello. }
    paraphrases: ["What costs {5} $& today?"]
  - id: b
    turns:
      - { role: user, content: May I take both? }
      - { role: assistant, content: No. }
      - { role: user, content: My friend does. }
`,
  'p.yaml',
);

function rendered(probe: number, format: Format) {
  const found = pack.probes[probe];
  if (found === undefined) throw new Error(`no probe ${probe}`);
  return renderPrompt(pack, found, 0, format);
}

describe('a wording is sent exactly so', () => {
  it.each(BUILT_IN_FORMATS.map((format) => [format.id, format] as const))('as %s', (_, format) => {
    expect(rendered(0, format).messages).toMatchSnapshot();
  });

  it('in the user’s own wrapper, with its own system message after the probe’s', () => {
    const wrapper = wrapperFormat({
      id: 'w',
      title: 'Ours',
      template: 'ORDER: {question} END',
      system: 'Be brief.',
    });
    expect(rendered(0, wrapper).messages).toEqual([
      { role: 'system', content: 'You are a pharmacist.\n\nBe brief.' },
      { role: 'user', content: 'Hi.' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'ORDER: What costs {5} $& today? END' },
    ]);
  });

  it('as raw text, without the chat template', () => {
    const raw: Format = { id: 'r', title: 'Raw', template: 'Q: {question}\nA:', raw: true, answer: 'text' };
    expect(rendered(1, raw).prompt).toEqual({
      kind: 'raw',
      text: 'May I take both?\n\nNo.\n\nQ: My friend does.\nA:',
    });
  });

  it('a conversation goes to the judge as a whole', () => {
    const [free] = BUILT_IN_FORMATS;
    if (free === undefined) throw new Error('no formats');
    expect(rendered(1, free).question).toBe(
      'user: May I take both?\n\nassistant: No.\n\nuser: My friend does.',
    );
  });
});

describe('fill', () => {
  it('puts values in once: what a value brings along stays as it is', () => {
    expect(fill('{question}|{answer}', { question: '{answer}', answer: '$1 {question}' })).toBe(
      '{answer}|$1 {question}',
    );
  });

  it('a wrapper without {question} is refused', () => {
    expect(() => wrapperFormat({ id: 'w', title: 'Ours', template: 'x' })).toThrow('expected {question}');
  });
});
