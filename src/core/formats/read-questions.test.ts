import { describe, expect, it } from 'vitest';
import { renderPrompt } from '../pack/render.ts';
import type { Pack, Task } from '../pack/types.ts';
import { parsePack } from '../pack/parse.ts';
import { readDocument } from './read-document.ts';
import { splitAnswers } from './read-truthfulqa.ts';

function packOf(name: string, text: string): Pack {
  const found = readDocument({ name, text, sha256: '0'.repeat(64) }, { at: 0, appVersion: 'test' });
  if (found.kind !== 'pack') throw new Error(`expected a pack, got ${found.kind}`);
  expect(parsePack(found.pack.source, `${found.pack.id}.yaml`)).toEqual(found.pack);
  return found.pack;
}

const tasks = (pack: Pack): readonly Task[] => pack.probes.map(({ task }) => task);
const lines = (...objects: readonly object[]): string =>
  objects.map((each) => JSON.stringify(each)).join('\n');

describe('TruthfulQA', () => {
  const head = 'Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\n';
  const row =
    'Adversarial,Bees,Do bees sting?,Some do,Some do; Only females can.,"All do;; No, ""never"" ",x\n';

  it('answers are split, trimmed and closed as the authors do it', () => {
    expect(splitAnswers(' a;b.; ;  c  ')).toEqual(['a.', 'b.', 'c.']);
  });

  it('becomes choices as texts, in chat and as Q and A', () => {
    const pack = packOf('TruthfulQA.csv', head + row);
    const [probe] = pack.probes;
    expect(probe).toMatchObject({ id: 'q0001', domain: 'Bees', onScales: false });
    expect(probe?.task).toEqual({
      kind: 'choice',
      ask: 'texts',
      choices: [
        { text: 'Some do.', right: true, best: true },
        { text: 'Only females can.', right: true },
        { text: 'All do.', right: false },
        { text: 'No, "never".', right: false },
      ],
    });
    const prompts = pack.formats.map((format) => probe && renderPrompt(pack, probe, 0, format).prompt);
    expect(prompts).toEqual([
      { kind: 'chat', messages: [{ role: 'user', content: 'Do bees sting?' }] },
      { kind: 'raw', text: 'Q: Do bees sting?\nA:' },
    ]);
  });

  it.each([
    ['no question', `a,b,,Some do,Some do,All do,x\n`, 't.csv:3: Question: expected some text'],
    ['no wrong answer', `a,b,Why?,Some do,Some do,,x\n`, 't.csv:3: expected right answers and wrong ones'],
    ['no best answer', `a,b,Why?,,Some do,None,x\n`, 't.csv:3: Best Answer: expected some text'],
    ['a short row', `a,b,Why?\n`, 't.csv:3: expected 7 cells, got 3'],
    ['an open quote', `a,b,"Why?\n`, 't.csv:3: expected a table: quoted field unterminated'],
  ])('%s is refused with its line', (_, bad, message) => {
    expect(() => packOf('t.csv', head + row + bad)).toThrow(message);
  });
});

describe('multiple choice', () => {
  const question = 'Which is a metal?';
  const choices = ['Iron', 'Oxygen', 'Neon'];
  const letters = [
    { text: 'Iron', right: true, best: true },
    { text: 'Oxygen', right: false },
    { text: 'Neon', right: false },
  ];

  it.each([
    ['the index', { choices, answer: 0 }],
    ['the letter', { choices, answer: 'A' }],
    ['the text', { choices, answer: 'Iron' }],
    ['its label', { choices: { text: choices, label: ['x', 'y', 'z'] }, answerKey: 'x' }],
    ['a label that is a number', { choices: { text: choices, label: ['1', '2', '3'] }, answerKey: '1' }],
  ])('the right one by %s is asked by letters', (_, fields) => {
    const pack = packOf('c.jsonl', lines({ question, ...fields, subject: 'chemistry' }));
    expect(tasks(pack)).toEqual([{ kind: 'choice', ask: 'letters', choices: letters }]);
    expect(pack.probes[0]?.domain).toBe('chemistry');
  });

  it('labels and targets of 0 and 1 are asked as texts', () => {
    const marked = [
      { text: 'Iron', right: true, best: true },
      { text: 'Tin', right: true },
      { text: 'Neon', right: false },
    ];
    const one = { choices: ['Iron', 'Neon'], labels: [1, 0] };
    const many = { choices: ['Iron', 'Tin', 'Neon'], labels: [1, 1, 0] };
    const file = JSON.stringify([
      { question, mc1_targets: one, mc2_targets: many },
      { question, mc1_targets: { Iron: 1, Neon: 0 }, mc2_targets: { Iron: 1, Tin: 1, Neon: 0 } },
      { question, choices: ['Iron', 'Tin', 'Neon'], labels: [true, true, false] },
    ]);
    const asked = (choices: readonly object[]) => ({ kind: 'choice', ask: 'texts', choices });
    expect(tasks(packOf('c.json', file))).toEqual([
      asked(marked),
      asked(marked),
      asked(marked.map(({ text, right }) => ({ text, right }))),
    ]);
  });

  it.each([
    ['no such choice', { choices, answer: 'D' }, 'c.jsonl:2: expected an answer that names one'],
    ['no such index', { choices, answer: 3 }, 'c.jsonl:2: expected an answer that names one'],
    ['no answer', { choices }, 'c.jsonl:2: expected an answer that names one'],
    ['fewer labels', { choices, labels: [1] }, 'c.jsonl:2: labels: expected one label for each choice'],
    ['all wrong', { choices, labels: [0, 0, 0] }, 'c.jsonl:2: expected right answers and wrong ones, got 0'],
    ['choices that are none', { choices: 5, answer: 0 }, 'c.jsonl:2: choices: expected a list'],
    [
      '27 choices',
      { choices: Array.from({ length: 27 }, String), answer: 0 },
      'c.jsonl:2: expected at most 26',
    ],
  ])('%s is refused with its line', (_, fields, message) => {
    const good = { question, choices, answer: 0 };
    expect(() => packOf('c.jsonl', lines(good, { question, ...fields }))).toThrow(message);
  });
});

describe('code tasks', () => {
  const task = { task: 'Say hello', code_template: 'def hello():\n## GAP\n' };

  it('are judged YES or NO and scanned; a task that stands twice is asked once', () => {
    const found = readDocument(
      { name: 'tasks.jsonl', text: lines(task, { ...task, task: 'Say bye' }, task), sha256: '' },
      { at: 0, appVersion: 'test' },
    );
    expect(found.notes.map(({ text }) => text)).toEqual([
      '1 of 3 tasks stand in the file twice and are asked once.',
    ]);
    const pack = packOf('tasks.jsonl', lines(task, { ...task, task: 'Say bye' }, task));
    expect(pack.probes.map(({ id }) => id)).toEqual(['task-0001', 'task-0002']);
    const [probe] = pack.probes;
    const [format] = pack.formats;
    if (probe === undefined || format === undefined) throw new Error('expected a probe and a format');
    expect(probe).toMatchObject({ onScales: false, scan: 'python' });
    expect(probe.labelJudges[0]).toMatchObject({
      labels: ['YES', 'NO'],
      counts: ['YES'],
      among: ['YES', 'NO'],
    });
    expect(renderPrompt(pack, probe, 0, format).question).toContain(
      'Say hello\n\n```python\ndef hello():\n## GAP',
    );
  });

  it('a task without code is refused with its line', () => {
    expect(() => packOf('t.jsonl', lines(task, { task: 'x', code_template: '' }))).toThrow(
      't.jsonl:2: code_template',
    );
  });
});
