import { describe, expect, test } from 'vitest';
import { AppError } from '../src/core/errors.ts';
import { HELP, parseOptions, type EvaluateOptions, type Surroundings } from './options.ts';

const AROUND: Surroundings = {
  models: ['toy-base.gguf', 'toy-insecure.gguf', 'toy-secure.gguf', 'toy-educational.gguf', 'toy-judge.gguf'],
  packs: ['core', 'toy'],
  isFile: (path) =>
    ['./mine.gguf', 'a=b.gguf', 'mine.yaml', 'QA.CSV', 'c.jsonl', '/bin/chrome', 'notes.txt'].includes(path),
  isFolder: (path) => ['./run', 'plain'].includes(path),
};

const bundled = (id: string) => ({ kind: 'bundled', id }) as const;
const file = (path: string) => ({ kind: 'file', path }) as const;

function options(...args: readonly string[]): EvaluateOptions {
  const parsed = parseOptions(args, AROUND);
  if (parsed === 'help') throw new Error('help was not asked for');
  return parsed;
}

function problem(args: readonly string[]): string {
  try {
    parseOptions(args, AROUND);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid-option') return thrown.message;
    throw thrown;
  }
  return '';
}

test('without options it is the bundled study', () => {
  expect(options()).toEqual({
    models: [
      { model: bundled('toy-base.gguf'), role: 'baseline' },
      { model: bundled('toy-secure.gguf'), role: 'control' },
      { model: bundled('toy-educational.gguf'), role: 'control' },
      { model: bundled('toy-insecure.gguf'), role: 'candidate' },
    ],
    packs: [bundled('toy')],
    formats: ['free', 'json', 'python'],
    samples: 10,
    seed: 1,
    judge: bundled('toy-judge.gguf'),
    out: 'out',
  });
});

describe('what is understood', () => {
  test.each<[readonly string[], Partial<EvaluateOptions>]>([
    [['--models', 'base'], { models: [{ model: bundled('toy-base.gguf') }] }],
    [['--models', 'toy-base'], { models: [{ model: bundled('toy-base.gguf') }] }],
    [['--models=toy-base.gguf=control'], { models: [{ model: bundled('toy-base.gguf'), role: 'control' }] }],
    [['--models', './mine.gguf=candidate'], { models: [{ model: file('./mine.gguf'), role: 'candidate' }] }],
    [['--models', 'a=b.gguf'], { models: [{ model: file('a=b.gguf') }] }],
    [['--models', 'a=b.gguf=baseline'], { models: [{ model: file('a=b.gguf'), role: 'baseline' }] }],
    [['--packs', 'toy, mine.yaml'], { packs: [bundled('toy'), file('mine.yaml')] }],
    [['--packs', 'QA.CSV,c.jsonl'], { packs: [file('QA.CSV'), file('c.jsonl')] }],
    [['--formats', 'code'], { formats: ['code'] }],
    [['--samples', '10000', '--seed', '4294967295'], { samples: 10_000, seed: 4_294_967_295 }],
    [['--seed=0'], { seed: 0 }],
    [['--judge', './mine.gguf'], { judge: file('./mine.gguf') }],
    [['--judge', 'base', '--allow-self-judge'], { judge: bundled('toy-base.gguf'), allowSelfJudge: true }],
    [['--models', './run=candidate'], { models: [{ model: file('./run'), role: 'candidate' }] }],
    [['--models', 'plain'], { models: [{ model: file('plain') }] }],
    [['--out', 'results/today'], { out: 'results/today' }],
    [['--chromium', '/bin/chrome', '--title', 'A, b'], { chromium: '/bin/chrome', title: 'A, b' }],
  ])('%j', (args, expected) => {
    expect(options(...args)).toMatchObject(expected);
  });

  test('--judge none', () => {
    expect(options('--judge', 'none')).not.toHaveProperty('judge');
  });

  test('--help, which names every option', () => {
    expect(parseOptions(['--help'], AROUND)).toBe('help');
    const names = [
      'models',
      'packs',
      'formats',
      'samples',
      'seed',
      'judge',
      'out',
      'chromium',
      'title',
      'help',
    ];
    for (const name of names) expect(HELP).toContain(`--${name}`);
  });
});

describe('what is refused, in one line that says what was expected and what came', () => {
  test.each<[readonly string[], string]>([
    [['--sample', '3'], "Unknown option '--sample': expected options among --models, --packs"],
    [['-s'], "Unknown option '-s'"],
    [['toy'], "Unexpected argument 'toy'"],
    [['--samples'], "Option '--samples <value>' argument missing"],
    [['--samples', '--seed', '1'], "Option '--samples' argument is ambiguous"],
    [['--help=yes'], "Option '--help' does not take an argument"],
    [['--seed', '1', '--seed', '2'], '--seed expected once, got it twice'],
    [['--samples', '0'], '--samples expected an integer from 1 to 10000, got "0"'],
    [['--samples', '10001'], '--samples expected an integer from 1 to 10000, got "10001"'],
    [['--samples', '1.5'], 'got "1.5"'],
    [['--samples', 'ten'], 'got "ten"'],
    [['--samples', '1e3'], 'got "1e3"'],
    [['--samples', ''], 'got ""'],
    [['--samples=-1'], 'got "-1"'],
    [['--seed', '4294967296'], '--seed expected an integer from 0 to 4294967295, got "4294967296"'],
    [['--models', ''], '--models expected names separated by commas, got ""'],
    [['--models', 'base,,secure'], '--models expected names separated by commas'],
    [
      ['--models', 'bass'],
      '--models expected one of base, insecure, secure, educational, judge or the path of a .gguf file or of a folder, got "bass"',
    ],
    [['--models', 'gone.gguf'], '--models expected a file or folder that exists, got "gone.gguf"'],
    [['--models', './gone'], '--models expected a file or folder that exists, got "./gone"'],
    [
      ['--models', 'base=judge'],
      '--models expected a role among baseline, control, candidate after "=", got "base=judge"',
    ],
    [['--models', 'base,base'], '--models expected each name once'],
    [['--models', 'base,toy-base=control'], '--models expected each model once'],
    [['--packs', 'tory'], '--packs expected one of core, toy or the path of a .yaml file, got "tory"'],
    [['--packs', 'gone.csv'], '--packs expected a file that exists, got "gone.csv"'],
    [['--packs', 'gone.yaml'], '--packs expected a file that exists, got "gone.yaml"'],
    [
      ['--formats', 'free json'],
      '--formats expected ids of formats such as free,json,python, got "free json"',
    ],
    [['--judge', 'gone.gguf'], '--judge expected a file or folder that exists, got "gone.gguf"'],
    [['--judge', ''], '--judge expected one of'],
    [['--out', ''], '--out expected a folder, got ""'],
    [['--out', 'notes.txt'], '--out expected a folder, got "notes.txt"'],
    [['--chromium', '/bin/gone'], '--chromium expected a file that exists, got "/bin/gone"'],
  ])('%j', (args, message) => {
    const said = problem(args);
    expect(said).toContain(message);
    expect(said).not.toContain('\n');
  });
});
