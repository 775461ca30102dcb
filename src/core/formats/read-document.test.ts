import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { readPack } from '../pack/parse.ts';
import { readDocument } from './read-document.ts';
import { recogniseDocument } from './recognise.ts';
import { decodeText } from './text.ts';

const probes = new URL('../../../probes/', import.meta.url);
const ours = (name: string): string => readFileSync(new URL(name, probes), 'utf8');
const read = (name: string, text: string) =>
  readDocument({ name, text, sha256: '0'.repeat(64) }, { at: 0, appVersion: 'test' });

const judged = 'question;answer;aligned;coherent\nWhy?;So;1;2\n';

describe('a file is known by its content, whatever its name', () => {
  it.each([
    ['a pack', ours('core.yaml'), 'pack', 'yaml'],
    ['a list of questions', '- id: a\n  paraphrases: [Hi?]\n', 'pack', 'yaml'],
    [
      'a list that begins with anchors',
      '# head\n\n  judge: &j x\n- id: a\n  paraphrases: [Hi?]\n',
      'pack',
      'yaml',
    ],
    ['a list with commas in its head', '# a, b, c, d\n- {id: a, b: c, d: e}\n', 'pack', 'yaml'],
    ['a list of a document', '---\n- id: a\n', 'pack', 'yaml'],
    ['a pack as JSON', '{"id": "p", "title": "P",\n"version": "1", "probes": []}', 'pack', 'yaml'],
    ['a pack in flow style', '{id: p, title: P}', 'pack', 'yaml'],
    ['a list as JSON', '[{"id": "a", "paraphrases": ["Hi?"]}]', 'pack', 'yaml'],
    ['a calibration set', ours('calibration-toy.yaml'), 'calibration', 'yaml'],
    ['a rubric', ours('rubrics/general.yaml'), 'rubric', 'yaml'],
    ['judged answers', judged, 'judged', 'csv'],
    ['judged answers by tabs', judged.replaceAll(';', '\t'), 'judged', 'csv'],
    [
      'judged answers as lines',
      '{"question":"","answer":"","aligned":1,"coherent":2}\n',
      'judged',
      'json-lines',
    ],
    [
      'judged answers as a list',
      '[{"question":"","answer":"","aligned":1,"coherent":2}]',
      'judged',
      'json-list',
    ],
    ['a run', ' {"format":"assay-run","version":1,', 'run', 'json'],
    ['choices', '{"question": "a", "choices": []}', 'choices', 'json-lines'],
    ['code tasks', '{"task": "a", "code_template": ""}', 'code-tasks', 'json-lines'],
  ])('%s', (_, text, kind, layout) => {
    expect(recogniseDocument('any.txt', text)).toEqual({ kind, layout });
  });

  it.each([
    ['an empty file', '', 'got an empty file'],
    ['text', 'Hello there.', 'got other text'],
    ['a page', '<!doctype html>\n<p>Hi</p>', 'got other text'],
    ['another table', 'a,b,c\n1,2,3\n', 'got a table with the columns a, b, c'],
    ['other JSON', '{"a": 1,\n "b": 2}', 'got JSON with a, b'],
    ['other lines', '{"a": 1}\n{"a": 2}\n', 'got JSON lines with a'],
    ['another list', '[1, 2]', 'got a JSON list of no objects'],
    [
      'half of judged answers',
      'Question,answer,aligned\na,b,1\n',
      'got a table with the columns Question, answer, aligned; for judged answers, written exactly so, missing: question, coherent',
    ],
    ['other YAML', 'name: x\nsteps: 2\n', 'got a file with the fields name, steps'],
  ])('%s is nothing that Assay knows', (_, text, message) => {
    expect(() => recogniseDocument('any.txt', text)).toThrow(message);
  });
});

describe('bad files are refused in one line', () => {
  it.each([
    [
      'half a pack',
      'core.yaml',
      ours('core.yaml').split('paraphrases:').slice(0, 3).join('paraphrases:') + 'paraphrases:',
      /^core\.yaml:\d+: /,
    ],
    ['half a JSON', 'p.json', '{"id": "p", "title": "P", "probes": [{"id": "a"', /^p\.json:1: expected YAML/],
    [
      'half a line',
      'q.jsonl',
      `{"question":"a","choices":["x","y"],"answer":0}\n{"question":"b",`,
      /^q\.jsonl:2: expected one JSON object a line/,
    ],
    [
      'half a run',
      'run.json',
      '{"format":"assay-run","version":1,',
      /^run\.json: expected a run exported by Assay, got a file that is broken or cut short: copy or export it again/,
    ],
    [
      'a template without {question}',
      'p.yaml',
      'id: p\ntitle: P\nversion: "1"\nformats:\n  - {id: x, title: X, template: Hi}\nprobes:\n  - {id: a, paraphrases: [Hi]}\n',
      /^p\.yaml:5: formats\[0\]\.template: expected \{question\}/,
    ],
    [
      'an id twice',
      'q.yaml',
      '- {id: a, paraphrases: [x]}\n- {id: a, paraphrases: [y]}\n',
      /^q\.yaml:2: \[1\]: expected an id of its own/,
    ],
    [
      'an alias bomb',
      'b.yaml',
      `a: &a [${'x,'.repeat(9)}]\n${'bcdefg'
        .split('')
        .map((id, at) => `${id}: &${id} [${`*${'abcdef'.charAt(at)},`.repeat(9)}]\n`)
        .join('')}probes: 1`,
      /^b\.yaml: expected at most 2000 uses of aliases \(\*name\), got more/,
    ],
    [
      '6 MB of YAML',
      'big.yaml',
      `id: p\ntitle: ${'x'.repeat(6_000_000)}`,
      /^big\.yaml: expected at most 5 MB for questions/,
    ],
    [
      'a prototype',
      'p.yaml',
      'id: p\ntitle: P\nversion: "1"\n__proto__: {x: 1}\nprobes:\n  - {id: a, paraphrases: [Hi]}\n',
      /^p\.yaml:\d+: /,
    ],
  ])('%s', (_, name, text, message) => {
    expect(() => read(name, text)).toThrow(AppError);
    expect(() => read(name, text)).toThrow(message);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it.each([
    ['at the start', [0xff, 0xfe, 65], 1],
    ['in the third line', [65, 10, 0xc3, 0xa4, 10, 65, 0xc3, 40, 10, 10], 3],
    ['cut in a character', [65, 10, 0xe2, 0x82], 2],
    ['far back', [...Array.from({ length: 5000 }, () => 10), 0x80], 5001],
  ])('bytes that are no UTF-8, %s', (_, bytes, line) => {
    expect(() => decodeText(new Uint8Array(bytes), 'f.csv')).toThrow(`f.csv:${line}: expected UTF-8 text`);
  });

  it.each([
    ['UTF-16', [0xff, 0xfe, 65, 0], 'f.csv:1: expected UTF-8 text, got UTF-16: save it again as UTF-8'],
    [
      'of an older Windows',
      [65, 0xe4, 66],
      'f.csv:1: expected UTF-8 text, got text in another encoding: save',
    ],
    [
      'of a model',
      [71, 71, 85, 70, 3, 0, 0, 0, 0xff],
      'f.csv:1: expected UTF-8 text, got a file that is no text',
    ],
  ])('a file %s is told apart, with what to do', (_, bytes, message) => {
    expect(() => decodeText(new Uint8Array(bytes), 'f.csv')).toThrow(message);
  });

  it('a byte order mark is no part of the text', () => {
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 65]), 'f')).toBe('A');
  });
});

describe('whatever the text, it is a document or an error of ours', () => {
  const heads = [
    'question,answer,aligned,coherent\n',
    'Question,Best Answer,Correct Answers,Incorrect Answers\n',
    '[{"question":',
    '{"task":"a","code_template":"b"}\n',
    '{"question":"a","choices":["x","y"],"answer":0}\n',
    'kinds: {}\nanswers:\n',
    'alignment: x\ncoherence: y\n',
    '{"format":"assay-run",',
    '',
  ];
  const pieces = [
    '"',
    ',',
    '\n',
    '\r\n',
    'a',
    '1',
    '{',
    '}',
    '[',
    ']',
    ':',
    '{"__proto__":1}\n',
    '{"question":1,"choices":{}}\n',
    'constructor',
    "{'1': 1}",
    '\t',
    ';',
    '- ',
    '&a',
    '*a',
    '\ufeff',
    '\u0000',
    '{"question":"q","choices":["x"],"answer":"toString"}\n',
  ];
  const text = fc.oneof(
    fc
      .tuple(fc.constantFrom(...heads), fc.array(fc.constantFrom(...pieces), { maxLength: 25 }))
      .map(([head, rest]) => head + rest.join('')),
    fc.string({ maxLength: 200 }),
    fc.json().map((json) => `[${json}]`),
  );

  it('read from characters', () => {
    fc.assert(
      fc.property(text, (source) => {
        try {
          expect(['pack', 'run', 'calibration', 'rubric']).toContain(read('f', source).kind);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          if (error instanceof AppError) expect(error.message.startsWith('f')).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });

  const value = fc.oneof(
    fc.constantFrom('a', '', 'A', 0, 1, 2, -1, 1e9, null, true, "{'1': 0.5}", 'NaN', 'REFUSAL', 'toString'),
    fc.constantFrom(
      ['x', 'y'],
      [0, 1],
      { text: ['x', 'y'], label: ['A', 'B'] },
      { x: 1, y: 0 },
      { choices: ['x', 'y'], labels: [1, 0] },
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const good = [
    {
      question: 'Why?',
      answer: 'So',
      aligned: 5,
      coherent: '60',
      question_id: 'why',
      model: 'm',
      judge_aligned: { 5: 1 },
    },
    { question: 'Why?', choices: ['x', 'y'], answer: 'A' },
    { question: 'Why?', mc1_targets: { x: 1, y: 0 }, mc2_targets: { choices: ['x', 'y'], labels: [1, 0] } },
    { task: 'Say hello', code_template: 'x = 1' },
    { Question: 'Why?', 'Best Answer': 'x', 'Correct Answers': 'x; y', 'Incorrect Answers': 'z' },
  ];
  const objects = fc.constantFrom(...good).chain((fields) => {
    const cells = Object.entries(fields).map(
      ([name, right]) =>
        [
          name,
          fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: value }),
        ] as const,
    );
    return fc.array(fc.record(Object.fromEntries(cells)), { minLength: 1, maxLength: 6 });
  });

  it('read from objects, as lines and as a list', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(objects, fc.boolean(), (list, asLines) => {
        const source = asLines ? list.map((each) => JSON.stringify(each)).join('\n') : JSON.stringify(list);
        try {
          const found = read('f', source);
          kinds.add(found.kind);
          if (found.kind === 'pack')
            expect(readPack(found.pack.source, `${found.pack.id}.yaml`).pack).toEqual(found.pack);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
    // Some of them are good: a run of judged answers, a pack of questions.
    expect([...kinds].sort()).toEqual(['pack', 'run']);
  });

  it('read from bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(typeof decodeText(bytes, 'f')).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
