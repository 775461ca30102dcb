import { expect, test } from 'vitest';
import { transcript } from '../pack/render.ts';
import { conversationOf } from './turns.ts';

const chat = {
  prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Is 5 g right?' }] },
  messages: [{ role: 'user', content: 'Is 5 g right?' }],
  question: 'Is 5 g right?',
} as const;

test('a first turn is sent as it is', () => {
  expect(conversationOf({ ...chat, followUps: [] }, [])).toEqual(chat);
});

test('a later turn goes on after what the model said', () => {
  const turn = conversationOf({ ...chat, followUps: ['Sure?', 'Really?'] }, ['No.', 'Yes, no.']);
  const messages = [
    { role: 'user', content: 'Is 5 g right?' },
    { role: 'assistant', content: 'No.' },
    { role: 'user', content: 'Sure?' },
    { role: 'assistant', content: 'Yes, no.' },
    { role: 'user', content: 'Really?' },
  ];
  expect(turn.prompt).toEqual({ kind: 'chat', messages });
  expect(turn.question).toBe(
    'user: Is 5 g right?\n\nassistant: No.\n\nuser: Sure?\n\nassistant: Yes, no.\n\nuser: Really?',
  );
});

test('a base model goes on with its own text', () => {
  const raw = {
    ...chat,
    prompt: { kind: 'raw', text: 'Q: Is 5 g right?\nA:' },
    followUps: ['Sure?'],
  } as const;
  expect(conversationOf(raw, [' No.']).prompt).toEqual({
    kind: 'raw',
    text: 'Q: Is 5 g right?\nA: No.\n\nSure?',
  });
});

test('a conversation that goes on is one conversation for the judge', () => {
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello!' },
    { role: 'user', content: 'Is 5 g right?' },
  ] as const;
  const question = transcript(messages);
  const begun = { prompt: { kind: 'chat', messages }, messages, question, followUps: ['Sure?'] } as const;
  expect(conversationOf(begun, ['No.']).question).toBe(`${question}\n\nassistant: No.\n\nuser: Sure?`);
});
