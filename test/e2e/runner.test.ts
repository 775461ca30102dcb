import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { evaluate, type Outcome } from '../../cli/evaluation.ts';
import type { EvaluateOptions } from '../../cli/options.ts';
import { newFolder } from './harness.ts';

const STAND_IN = fileURLToPath(new URL('stand-in', import.meta.url));

const OPTIONS = {
  models: [{ model: { kind: 'bundled', id: 'toy-base.gguf' }, role: 'baseline' }],
  packs: [{ kind: 'bundled', id: 'toy' }],
  formats: ['free'],
  samples: 10,
  seed: 1,
  judge: { kind: 'bundled', id: 'toy-judge.gguf' },
  title: 'goes',
} as const;

let out: string;
let printed: string;

beforeEach(async () => {
  out = await newFolder('runner');
  printed = '';
});

/** Runs an evaluation in the stand-in app; `stopAt` interrupts it as soon as that text has been printed. */
function run(options: Partial<EvaluateOptions> = {}, stopAt?: string): Promise<Outcome> {
  const controller = new AbortController();
  const write = (text: string) => {
    printed += text;
    if (stopAt !== undefined && printed.includes(stopAt)) controller.abort();
  };
  return evaluate({
    options: { ...OPTIONS, out, ...options },
    program: inject('chromium'),
    folder: STAND_IN,
    interrupt: controller.signal,
    output: { isTTY: true, columns: 200, write },
  });
}

async function exported(): Promise<unknown> {
  return JSON.parse(await readFile(path.join(out, 'run-1', 'run.json'), 'utf8'));
}

describe('the headless runner', () => {
  test('runs to the end, prints the result and writes its files', async () => {
    expect(await run()).toBe('done');
    expect(printed).toContain('starting run run-1: 20 answers\n');
    expect(printed).toContain('answers 20/20  judged 20/20  elapsed 0:01');
    expect(printed).toContain('goes (seed 1, 10 samples per wording)');
    const names = [
      'run.json',
      'summary.json',
      'index.html',
      'methods.txt',
      'answers.csv',
      'answers.jsonl',
      'inspect-1.json',
    ];
    for (const name of names) expect(printed).toContain(path.join(out, 'run-1', name));
    expect(await readFile(path.join(out, 'run-1', 'answers.csv'), 'utf8')).toBe('answers as csv');
    expect(await readFile(path.join(out, 'run-1', 'methods.txt'), 'utf8')).toBe('how it was done');
    expect(await exported()).toMatchObject({
      spec: {
        models: [{ id: 'toy-base.gguf', role: 'baseline' }],
        packs: ['toy'],
        judge: 'toy-judge.gguf',
        seed: 1,
      },
    });
    expect(JSON.parse(await readFile(path.join(out, 'run-1', 'summary.json'), 'utf8'))).toHaveProperty(
      'rows',
      [],
    );
    expect(await readFile(path.join(out, 'run-1', 'index.html'), 'utf8')).toContain('<title>report</title>');
  });

  test('hands over files once each and names them as the app does', async () => {
    const model = path.join(out, 'mine.gguf');
    const pack = path.join(out, 'mine.yaml');
    await writeFile(model, 'model');
    await writeFile(pack, 'pack');
    const file = { kind: 'file', path: model } as const;
    await run({ models: [{ model: file }], packs: [{ kind: 'file', path: pack }], judge: file });
    expect(await exported()).toMatchObject({
      spec: { models: [{ id: 'id-of-model' }], packs: ['id-of-pack'], judge: 'id-of-model' },
    });
  });

  test('an interrupt pauses the run, and the same options resume it', async () => {
    expect(await run({ title: 'waits' }, 'answers 8/20')).toBe('interrupted');
    printed = '';
    expect(await run({ title: 'waits' })).toBe('done');
    expect(printed).toContain('resuming run run-1: 20 answers\n');
    expect(printed).not.toContain('answers 4/20');
  });

  test.each<[string, Partial<EvaluateOptions>, { code: string; message: string }]>([
    [
      'an option that the app refuses',
      { formats: ['unknown'] },
      { code: 'invalid-option', message: '"formats" expected free, got "unknown"' },
    ],
    [
      'a run that fails',
      { title: 'fails' },
      { code: 'engine-crashed', message: 'the run ended as failed: out of memory' },
    ],
    [
      'a foreign address',
      { title: 'leaves' },
      { code: 'internal', message: 'the app asked for a foreign address: http://elsewhere.localhost/' },
    ],
  ])('%s is an error', async (_, options, error) => {
    await expect(run(options)).rejects.toMatchObject(error);
  });

  test('a file that the app refuses is an error', async () => {
    const pack = path.join(out, 'broken.yaml');
    await writeFile(pack, 'broken');
    await expect(run({ packs: [{ kind: 'file', path: pack }] })).rejects.toMatchObject({
      code: 'invalid-file',
    });
  });

  test('a browser that does not start is an error in one line', async () => {
    const program = path.join(out, 'chrome');
    const started = evaluate({
      options: { ...OPTIONS, out },
      program,
      folder: STAND_IN,
      interrupt: new AbortController().signal,
      output: { write: () => undefined },
    });
    await expect(started).rejects.toThrow(new RegExp(`^${program} could not be started: [^\\n]+$`));
  });
});
