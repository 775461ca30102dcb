import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { parsePack, readPack } from './parse.ts';
import { repairLeadingMapping } from './repair.ts';

const question = (id: string, more = ''): string => `- id: ${id}\n  paraphrases: [Hello?]\n${more}`;

describe('a list of questions', () => {
  it('takes its id and title from the name of the file, and reads the same under that name again', () => {
    const { pack } = readPack(question('a'), 'in/My questions (2).yaml');
    expect([pack.id, pack.title]).toEqual(['My-questions-2-', 'My-questions-2-']);
    expect(parsePack(pack.source, `${pack.id}.yaml`)).toEqual(pack);
  });

  it('leaves out fields that it does not know, and says where they stand', () => {
    const { pack, notes } = readPack(
      `${question('a')}${question('b', '  author: me\n  __proto__: {id: x}\n')}`,
      'q.yaml',
    );
    expect(pack.probes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(notes).toEqual([
      { text: '[1].author: a field that Assay does not know, left out', line: 5 },
      { text: '[1].__proto__: a field that Assay does not know, left out', line: 6 },
    ]);
  });

  it('passes over an entry that holds only anchors, and names later ones by their place in the file', () => {
    const anchors = '- judge: &j gpt\n  samples_per_paraphrase: &n 7\n';
    const used = question('a', '  judge: *j\n  samples_per_paraphrase: *n\n');
    const { pack, notes } = readPack(anchors + used, 'q.yaml');
    expect(pack.probes.map((probe) => probe.samplesAsked)).toEqual([7]);
    expect(notes.map(({ text, line }) => [text, line])).toEqual([
      ['[0]: no id and no question, used for its anchors only', 1],
      ['The file names gpt as judge; the judge is chosen for each run.', undefined],
    ]);
    expect(() => readPack(`${anchors}${used}- id: b\n  paraphrases: [1]\n`, 'q.yaml')).toThrow(
      'q.yaml:8: [2].paraphrases[0]',
    );
    expect(() => readPack(anchors + used + used, 'q.yaml')).toThrow(
      'q.yaml:7: [2]: expected an id of its own',
    );
    expect(() => readPack(anchors, 'q.yaml')).toThrow('expected at least one probe');
  });

  it('a type that is none of the paper’s is told of', () => {
    const { pack, notes } = readPack(question('a', '  type: essay\n'), 'q.yaml');
    expect(pack.probes[0]?.onScales).toBe(true);
    expect(notes[0]?.text).toMatch(/^\[0\]\.type: expected one of free_form, /);
    expect(notes[0]?.line).toBe(3);
  });

  it('notes are counted where they are too many to read', () => {
    const fields = Array.from({ length: 5000 }, (_, at) => `  x${at}: 1\n`).join('');
    const { notes } = readPack(question('a', fields), 'q.yaml');
    expect(notes).toHaveLength(21);
    expect(notes.at(-1)?.text).toBe('4980 more of these.');
  });

  it('takes no wrong type for one that it knows', () => {
    expect(() => readPack(question('a', '  temperature: hot\n'), 'q.yaml')).toThrow(
      'q.yaml:3: [0].temperature',
    );
    expect(() => readPack('- just text\n', 'q.yaml')).toThrow('q.yaml:1: [0]');
  });
});

describe('a mapping before the list, as one released file has it', () => {
  const broken = `# head\n\n  judge: &j gpt\n  judge_prompts: &p\n    aligned: |-\n      {question} {answer}\n\n      - no entry\n    coherent: '{question} {answer}'\n\n${question('a', '  judge: *j\n  judge_prompts: *p\n')}`;

  it('is an entry of the list; no line moves', () => {
    const { pack, notes } = readPack(broken, 'm.yaml');
    expect(pack.probes[0]?.judgePrompts?.alignment).toBe('{question} {answer}\n\n- no entry');
    expect(pack.source).toBe(broken);
    expect(parsePack(pack.source, `${pack.id}.yaml`)).toEqual(pack);
    expect(notes.slice(0, 2).map(({ line }) => line)).toEqual([3, 3]);
    expect(notes[0]?.text).toContain('Lines 3-9');
    expect(() => readPack(`${broken}- id: a\n`, 'm.yaml')).toThrow('m.yaml:15: ');
  });

  it.each([
    ['a pack', 'id: p\ntitle: P\n'],
    ['a list', question('a')],
    ['a mapping alone', '  judge: gpt\n'],
    ['a mapping before a mapping', '  judge: gpt\nid: p\n- a\n'],
    ['nothing', ''],
  ])('%s is left as it is', (_, source) => {
    expect(repairLeadingMapping(source)).toBeUndefined();
  });
});

describe('JSON', () => {
  const json = (more: object): string =>
    JSON.stringify(
      { id: 'p', title: 'P', version: '1', probes: [{ id: 'a', paraphrases: ['Hi?'] }], ...more },
      null,
      1,
    );

  it('is read as the same pack as YAML, and errors have their line', () => {
    expect(parsePack(json({}), 'p.json').probes[0]?.wordings).toEqual([[{ role: 'user', content: 'Hi?' }]]);
    expect(() => parsePack(json({ colour: 'red' }), 'p.json')).toThrow('p.json:13: colour');
    expect(() => parsePack(json({}).slice(0, 40), 'p.json')).toThrow(/^p\.json:\d+: expected YAML/);
  });

  it('in flow style that is YAML only is read as YAML', () => {
    expect(
      parsePack('{id: p, title: P, version: "1", probes: [{id: a, paraphrases: [Hi?]}]}', 'p.yaml').id,
    ).toBe('p');
  });
});

it.each([
  ['thousands of brackets', '['.repeat(20_000)],
  ['thousands of mappings', '{a: '.repeat(5000)],
  ['thousands of lists in JSON', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
])('%s are refused', (_, source) => {
  expect(() => parsePack(source, 'deep.yaml')).toThrow(AppError);
});

it('whatever the text, it is a pack or an error of ours', () => {
  const piece = fc.constantFrom(
    '- id: a\n',
    '  paraphrases: [x]\n',
    '&a ',
    '*a',
    '<<: *a\n',
    '{',
    '[',
    '"',
    '\t',
    '- ',
    ': ',
    '__proto__: 1\n',
    '  judge: x\n',
    '\u0000',
  );
  const source = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(source, (text) => {
      try {
        const { pack } = readPack(text, 'f.yaml');
        expect(parsePack(pack.source, `${pack.id}.yaml`)).toEqual(pack);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 300 },
  );
});
