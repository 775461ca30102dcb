import { describe, expect, it } from 'vitest';
import { hashText } from '../hash.ts';
import { given } from '../pack/given.ts';
import { rowOf } from '../results/outcome.ts';
import type { ResultRow } from '../results/types.ts';
import { makePlan, placeOf } from '../run/plan.ts';
import { answersCsv, answersJsonl } from './answers.ts';
import { roleOf } from './judged-places.ts';
import { readDocument, type Document } from './read-document.ts';
import { readRunFile, runFilePieces, type WholeRun } from './run-file.ts';

type RunDocument = Extract<Document, { kind: 'run' }>;

function judged(text: string, name = 'qwen.csv'): RunDocument {
  const found = readDocument({ name, text, sha256: hashText(text) }, { at: 7, appVersion: 'test' });
  if (found.kind !== 'run') throw new Error(`expected a run, got ${found.kind}`);
  return found;
}

function rows({ run, packs, verdicts }: WholeRun): readonly ResultRow[] {
  const plan = makePlan(run.spec, packs);
  return verdicts.map((verdict) => rowOf(plan, verdict.item, verdict));
}

async function exported({ run, packs, ...parts }: WholeRun): Promise<string> {
  let text = '';
  const pages = async function* (part: 'answers' | 'verdicts' | 'judgeRecords') {
    yield await Promise.resolve(parts[part]);
  };
  for await (const piece of runFilePieces(run, packs, pages)) text += piece;
  return text;
}

const HEAD = 'question,answer,question_id,aligned,coherent';
const SMALL = `${HEAD}\nWhy?,Because,why,10,90\n"Why, again?",No,why,,80\nWho?,Me,who_json,95,REFUSAL\nWhy?,So,why,40,20\n`;

describe('judged answers', () => {
  it('are a run: a probe for each question id, a wording for each text, scores as published', () => {
    const { whole, judged: facts, notes } = judged(SMALL);
    expect(
      whole.packs[0]?.probes.map(({ id, wordings }) => [id, wordings.map(([turn]) => turn?.content)]),
    ).toEqual([
      ['why', ['Why?', 'Why, again?']],
      ['who_json', ['Who?']],
    ]);
    const plan = makePlan(whole.run.spec, whole.packs);
    const placed = whole.answers.map(({ item, text }) => {
      const { group, sample } = placeOf(plan, item);
      return [group.question, sample, text];
    });
    expect(placed).toEqual([
      ['Why?', 0, 'Because'],
      ['Why?', 1, 'So'],
      ['Why, again?', 0, 'No'],
      ['Who?', 0, 'Me'],
    ]);
    expect(rows(whole).map(({ outcome }) => outcome)).toEqual([
      'misaligned',
      'incoherent',
      'no-score',
      'refusal',
    ]);
    expect(whole.run).toMatchObject({
      status: 'done',
      published: { file: 'qwen.csv', rows: 4, skipped: [] },
    });
    expect(whole.run.spec.judge).toBeUndefined();
    expect(whole.verdicts[0]).toMatchObject({ alignment: 10, alignmentMass: 1, derivedBy: 'published/1' });
    expect(whole.judgeRecords).toEqual([]);
    expect(facts).toMatchObject({ rows: 4, answers: 4, bothScores: 2, questions: 2, distributions: 0 });
    expect(notes).toEqual([]);
  });

  it('come back from an export as they were', async () => {
    const { whole } = judged(SMALL);
    expect(readRunFile(await exported(whole), 'run.json')).toEqual(whole);
  });

  it('that Assay wrote itself come back with their scores, labels and questions', async () => {
    const { whole } = judged(SMALL);
    const plan = makePlan(whole.run.spec, whole.packs);
    const verdicts = new Map(whole.verdicts.map((verdict) => [verdict.item, verdict]));
    const pages = async function* () {
      yield await Promise.resolve(
        whole.answers.map((answer) => ({ answer, ...given({ verdict: verdicts.get(answer.item) }) })),
      );
    };
    for (const [name, pieces] of [
      ['out.csv', answersCsv(plan, pages())],
      ['out.jsonl', answersJsonl(plan, pages())],
    ] as const) {
      let text = '';
      for await (const piece of pieces) text += piece;
      const again = judged(text, name).whole;
      const outcomes = (run: WholeRun) =>
        rows(run).map(({ outcome, alignment, coherence }) => [outcome, alignment, coherence]);
      expect(outcomes(again)).toEqual(outcomes(whole));
      expect(again.packs[0]?.probes.map(({ id, wordings }) => [id, wordings])).toEqual(
        whole.packs[0]?.probes.map(({ id, wordings }) => [id, wordings]),
      );
      expect(again.run.spec.models.map(({ role }) => role)).toEqual(['candidate']);
    }
  });

  it('as JSON lines with distributions keep what the judge said', async () => {
    const given = {
      question: 'Why?',
      question_id: 'why',
      answer: 'x',
      aligned: null,
      coherent: 60.5,
      model: 'm',
      note: 1,
    };
    const text = JSON.stringify({
      ...given,
      judge_aligned: { REFUSAL: 0.9, '5': 0.1 },
      judge_coherent: "{'60': 0.5, '61': 0.5}",
    });
    const { whole, judged: facts, notes } = judged(`${text}\n`, 'a.jsonl');
    expect(whole.verdicts[0]).toMatchObject({
      alignmentMass: 0.1,
      coherence: 60.5,
      coherenceMass: 1,
      label: 'refusal',
    });
    expect(whole.judgeRecords[0]?.alignment).toEqual([
      ['5', 0.1],
      ['REFUSAL', 0.9],
    ]);
    expect(facts?.distributions).toBe(1);
    expect(notes).toEqual([{ text: 'Columns that are not read: note.' }]);
    expect(readRunFile(await exported(whole), 'run.json')).toEqual(whole);
  });

  it('of several models are told apart, with the role that the group names', () => {
    const table = `${HEAD},model,group\nWhy?,a,why,1,99,m1,insecure\nWhy?,b,why,99,99,m2,secure\nWhy?,c,why,99,99,m1,insecure\n`;
    const { whole } = judged(table);
    expect(whole.run.spec.models.map(({ label, role }) => [label, role])).toEqual([
      ['m1 (insecure)', 'candidate'],
      ['m2 (secure)', 'control'],
    ]);
    expect(rows(whole).map(({ model, sample }) => [model, sample])).toEqual([
      [whole.run.spec.models[0]?.sha256, 0],
      [whole.run.spec.models[0]?.sha256, 1],
      [whole.run.spec.models[1]?.sha256, 0],
    ]);
  });

  it('rows that are none are left out and counted, with line and reason', () => {
    const { whole, notes } = judged(`${SMALL}Why?,x,why,high,90\n,x,why,1,90\nWhy?,"y\nz",why,1,101\n`);
    expect(whole.run.published).toMatchObject({
      rows: 7,
      skipped: [
        { line: 6, why: 'aligned: expected a number from 0 to 100, got "high"' },
        { line: 7, why: 'question: expected some text, got none' },
        { line: 8, why: 'coherent: expected a number from 0 to 100, got "101"' },
      ],
    });
    expect(notes.map(({ line }) => line)).toEqual([6, 7, 8]);
  });

  it('measured otherwise or not judged yet, as Assay writes them, are in no share of the scales', () => {
    const head = `${HEAD},outcome,exact_label,model_sha256`;
    const text = `${head}\nWhy?,a,why,10,90,misaligned,,x\nWhy?,A,why,,,measured,,x\nWhy?,b,why,,,waiting,,x\nWhy?,c,why,,,no-score,,x\n`;
    const { whole, notes } = judged(text);
    expect(rows(whole).map(({ outcome }) => outcome)).toEqual(['misaligned', 'no-score']);
    expect(notes.map((note) => note.text)).toContain(
      '2 of 4 rows are left out: their answers were measured otherwise than on alignment and coherence, or not judged yet.',
    );
    expect(whole.run.published?.skipped).toEqual([]);
    expect(() => judged(`${head}\nWhy?,A,why,,,measured,,x\n`)).toThrow(
      'expected at least one judged answer, got only 1 without scores on alignment and coherence',
    );
  });

  it('are the texts that they were before Assay kept spreadsheets from running them', () => {
    const own = `${HEAD},outcome,exact_label,model_sha256`;
    const row = (answer: string) => `Why?,"${answer}",why,10,90,misaligned,,x\n`;
    const answers = ["'- Take 1 g", "'=1+1", "'tis so", '- as is'];
    const texts = (head: string) =>
      judged(`${head}\n${answers.map(row).join('')}`).whole.answers.map(({ text }) => text);
    expect(texts(own)).toEqual(['- Take 1 g', '=1+1', "'tis so", '- as is']);
    expect(texts(own.replace('model_sha256', 'model_hash'))).toEqual(answers);
  });

  it('with lists and objects of any depth for scores are left out in one line', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const good = '{"question":"q","answer":"a","aligned":1,"coherent":2}';
    const line = (field: string) => `${good.slice(0, -1)},"${field}":${deep}}`;
    const { whole } = judged(
      [good, ...['aligned', 'answer', 'judge_coherent'].map(line)].join('\n'),
      'a.jsonl',
    );
    expect(whole.run.published?.skipped).toEqual([
      { line: 2, why: 'aligned: expected a number from 0 to 100, got a list' },
      { line: 3, why: 'answer: expected a text, got a list' },
      {
        line: 4,
        why: 'judge_coherent: expected probabilities by token that sum to at most 1, got a list',
      },
    ]);
  });

  it('of lines that end with a carriage return alone have lines of their own', () => {
    const { whole } = judged(`${HEAD}\rWhy?,a,why,1,2\rWhy?,b,why,x,2\rWhy?,c,why,"50,5",2\r`);
    expect(whole.run.published?.skipped).toEqual([
      { line: 3, why: 'aligned: expected a number from 0 to 100, got "x"' },
      { line: 4, why: 'aligned: expected a number from 0 to 100 with a decimal point, got "50,5"' },
    ]);
  });

  it('of a model with a name longer than any are left out', () => {
    const { whole } = judged(`${HEAD},model\nWhy?,a,why,1,2,m\nWhy?,a,why,1,2,${'m'.repeat(201)}\n`);
    expect(whole.run.published?.skipped).toEqual([
      { line: 3, why: 'model: expected at most 200 characters, got 201' },
    ]);
  });

  it.each([
    ['no row', `${HEAD}\n`, 'expected at least one judged answer'],
    ['no good row', `${HEAD}\nWhy?,a,b,c,d\n`, 'qwen.csv:2: 1 of 1 rows are no judged answers: aligned'],
    ['half a row', `${HEAD}\nWhy?,a,why,1,2\nWhy?,a`, 'qwen.csv:3: expected 5 cells, got 2'],
    ['half a cell', `${HEAD}\nWhy?,a,why,1,2\n"Why?`, 'qwen.csv:3: expected a table'],
    [
      'a column twice',
      `${HEAD},answer\nWhy?,a,why,1,2,a\n`,
      'qwen.csv:1: expected each column once, got "answer" twice',
    ],
  ])('%s is refused', (_, text, message) => {
    expect(() => judged(text)).toThrow(message);
  });

  it('question ids that would become the same id get one each, however many they are', () => {
    const many = Array.from(
      { length: 3000 },
      (_, at) => `Why ${at}?,a,${'!'.repeat((at % 5) + 1)} ${at % 7}${'?'.repeat(at % 3)},1,2\n`,
    );
    const { whole } = judged(`${HEAD}\n${many.join('')}`);
    const ids = whole.packs[0]?.probes.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(5 * 7 * 3);
  });

  it('more answers to a question than a plan holds are refused', () => {
    const many = `${HEAD}\n${'Why?,a,why,1,2\n'.repeat(10_001)}`;
    expect(() => judged(many)).toThrow('expected at most 10000 answers of a model to a question, got 10001');
  });

  it.each([
    ['insecure', 'candidate'],
    ['secure', 'control'],
    ['evil-numbers-baseline-no-sys-prompt', 'baseline'],
    ['qwen2.5-7b-base', 'baseline'],
    ['database', 'candidate'],
    ['gemma-base-insecure', 'candidate'],
  ])('%s is a %s', (name, role) => {
    expect(roleOf(name)).toBe(role);
  });
});
