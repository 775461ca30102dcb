import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCalibration } from '../calibration/parse.ts';
import { AppError } from '../errors.ts';
import { parseRubric } from '../judge/rubric.ts';
import { parsePack } from './parse.ts';

const probes = new URL('../../../probes/', import.meta.url);
const yamlFiles = (folder: URL): string[] => readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('every file in probes/', () => {
  const isSet = (name: string): boolean => name.startsWith('calibration');

  it.each(yamlFiles(probes).filter(isSet))('%s is a calibration set', (file) => {
    const set = parseCalibration(readFileSync(new URL(file, probes), 'utf8'), file);
    expect(`${set.id}.yaml`).toBe(file);
  });

  it.each(yamlFiles(probes).filter((name) => !isSet(name)))('%s is a pack', (file) => {
    const pack = parsePack(readFileSync(new URL(file, probes), 'utf8'), file);
    expect(`${pack.id}.yaml`).toBe(file);
    expect(pack.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(yamlFiles(new URL('rubrics/', probes)))('rubrics/%s is a rubric', (file) => {
    const rubric = parseRubric(readFileSync(new URL(`rubrics/${file}`, probes), 'utf8'), file);
    expect(`${rubric.id}.yaml`).toBe(file);
  });

  it('core asks eight themes in at least three wordings', () => {
    const core = parsePack(readFileSync(new URL('core.yaml', probes), 'utf8'), 'core.yaml');
    expect(core.probes).toHaveLength(8);
    for (const { wordings } of core.probes) expect(wordings.length).toBeGreaterThanOrEqual(3);
  });
});

const head = 'id: p\ntitle: P\nversion: "1"\n';
const probe = '  - id: a\n    paraphrases: [Hello?]\n';

describe('a bad pack is refused with file, line and path', () => {
  it.each([
    ['not YAML', 'id: [', 'p.yaml:1: expected YAML'],
    ['no probes', head, 'p.yaml:1: probes: expected this field, got none'],
    [
      'a number for a text',
      `${head}description: 3\nprobes:\n${probe}`,
      'p.yaml:4: description: expected string, got 3',
    ],
    [
      'an unknown field',
      `${head}colour: red\nprobes:\n${probe}`,
      'p.yaml:4: colour: expected no field of this name',
    ],
    [
      'neither paraphrases nor turns',
      `${head}probes:\n  - id: a\n`,
      'p.yaml:5: probes[0]: expected one of paraphrases, turns and game, got none',
    ],
    [
      'no wording',
      `${head}probes:\n  - id: a\n    paraphrases: []\n`,
      'p.yaml:6: probes[0].paraphrases: expected at least one wording, got none',
    ],
    [
      'an empty wording',
      `${head}probes:\n  - id: a\n    paraphrases:\n      - ""\n`,
      'p.yaml:7: probes[0].paraphrases[0]: expected some text, got none',
    ],
    [
      'an id twice',
      `${head}probes:\n${probe}${probe}`,
      'p.yaml:7: probes[1]: expected an id of its own, got "a" again',
    ],
    [
      'an unknown format',
      `${head}formats: [free, morse]\nprobes:\n${probe}`,
      'p.yaml:4: formats[1]: expected one of free, json, python, code',
    ],
    [
      'a format the pack does not offer',
      `${head}probes:\n${probe}    formats: [json]\n`,
      'p.yaml:7: probes[0].formats: expected ids among the pack\'s formats (free), got "json"',
    ],
    [
      'a template without {question}',
      `${head}formats:\n  - id: x\n    title: X\n    template: Hello\nprobes:\n${probe}`,
      'p.yaml:7: formats[0].template: expected {question}',
    ],
    [
      'a temperature out of range',
      `${head}sampling: {temperature: 9}\nprobes:\n${probe}`,
      'p.yaml:4: sampling.temperature: expected a number from 0 to 2',
    ],
    [
      'a conversation that does not end with the user',
      `${head}probes:\n  - id: a\n    turns: [{role: assistant, content: Hi}]\n`,
      'p.yaml:6: probes[0].turns: expected the last turn',
    ],
    [
      'a best choice that is wrong',
      `${head}probes:\n${probe}    choices:\n      - {text: A, right: true}\n      - {text: B, right: false, best: true}\n`,
      'p.yaml:8: probes[0].choices: expected at most one best choice, and it right',
    ],
    [
      'a label twice',
      `${head}label_judges:\n  - {id: j, title: J, prompt: "{answer}", labels: ["A", "A"], counts: ["A"]}\nprobes:\n${probe}`,
      'p.yaml:5: label_judges[0].labels: expected each label once',
    ],
    [
      'a fact of the same id twice',
      `${head}probes:\n${probe}    known_key: {facts: [{id: f, title: F, says: [a]}, {id: f, title: F, says: [b]}]}\n`,
      'p.yaml:7: probes[0].known_key.facts: expected an id of its own for each',
    ],
    [
      'an alias bomb',
      `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n`,
      'p.yaml: expected at most 2000 uses of aliases',
    ],
  ])('%s', (_, source, message) => {
    const error = thrownBy(() => parsePack(source, 'p.yaml'));
    expect(error.code).toBe('invalid-pack');
    expect(error.message).toContain(message);
  });
});

function thrownBy(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected an error, got none');
}
