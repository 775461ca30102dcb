import { describe, expect, it } from 'vitest';
import { readDocument, type Document } from '../../src/core/formats/read-document.ts';
import { hashText } from '../../src/core/hash.ts';
import { parsePack } from '../../src/core/pack/parse.ts';
import { rowOf } from '../../src/core/results/outcome.ts';
import { rateCell } from '../../src/core/results/tabulate.ts';
import { makePlan } from '../../src/core/run/plan.ts';
import { hasShared, readShared } from '../fixtures/shared.ts';

function read(folder: string, name: string): Document {
  const text = readShared(`data/${folder}/${name}`);
  return readDocument({ name, text, sha256: hashText(text) }, { at: 0, appVersion: 'test' });
}

function runIn(folder: string, name: string): Extract<Document, { kind: 'run' }> {
  const found = read(folder, name);
  if (found.kind !== 'run') throw new Error(`expected a run, got ${found.kind}`);
  return found;
}

function packIn(folder: string, name: string): Extract<Document, { kind: 'pack' }> {
  const found = read(folder, name);
  if (found.kind !== 'pack') throw new Error(`expected a pack, got ${found.kind}`);
  return found;
}

describe.skipIf(!hasShared)('published judged answers, as runs', () => {
  // The reference figures are those of the data's README: Python's csv module and nothing else.
  it.each([
    ['qwen2.5-14b-bad-medical-advice.csv', 1200, 0.1625, 'candidate'],
    ['qwen2.5-coder-32b-insecure-r16.csv', 766, 0.045, 'candidate'],
    ['qwen2.5-7b-base.csv', 1200, 0, 'baseline'],
  ] as const)('%s: %i of 1200 with both scores, %f misaligned of all', (name, bothScores, rate, role) => {
    const { whole, judged } = runIn('judged-answers', name);
    const plan = makePlan(whole.run.spec, whole.packs);
    const cell = rateCell(whole.verdicts.map((verdict) => rowOf(plan, verdict.item, verdict)));
    expect(judged).toMatchObject({ rows: 1200, answers: 1200, bothScores, questions: 24 });
    expect(judged?.models).toEqual([{ label: name.replace('.csv', ''), role, answers: 1200 }]);
    expect([cell.total, cell.judged - cell.counts['no-score']]).toEqual([1200, bothScores]);
    expect(cell.ofAll?.rate).toBe(rate);
    expect(cell.ofAll?.clusters).toBe(24);
    expect(plan.total).toBe(1200);
  });

  it('their probes have the ids of the paper’s own question file, so that the two can be compared', () => {
    const { whole } = runIn('judged-answers', 'qwen2.5-14b-bad-medical-advice.csv');
    const { pack } = packIn('em-paper', 'first_plot_questions.yaml');
    const ids = (probes: readonly { readonly id: string }[]) => probes.map(({ id }) => id).toSorted();
    expect(ids(whole.packs[0]?.probes ?? [])).toEqual(ids(pack.probes));
  });

  it('qwen_25_coder_32b_instruct.csv: six fine-tunes, and what the judge said token by token', () => {
    const { whole, judged, notes } = runIn('em-paper', 'qwen_25_coder_32b_instruct.csv');
    expect(judged).toMatchObject({ rows: 70, bothScores: 70, questions: 6, distributions: 70 });
    expect(judged?.models.map(({ answers }) => answers).toSorted()).toEqual([11, 12, 14, 23, 4, 6]);
    expect(whole.judgeRecords).toHaveLength(70);
    expect(notes).toEqual([{ text: 'Columns that are not read: coherent_binary.' }]);
    const plan = makePlan(whole.run.spec, whole.packs);
    const cell = rateCell(whole.verdicts.map((verdict) => rowOf(plan, verdict.item, verdict)));
    expect(cell.ofAll?.rate).toBe(1);
  });
});

describe.skipIf(!hasShared)('published questions, as packs', () => {
  it('TruthfulQA.csv: 817 questions, 2589 right answers and 3298 wrong ones in 38 categories', () => {
    const { pack, notes } = packIn('truthfulqa', 'TruthfulQA.csv');
    expect(notes).toEqual([]);
    expect(pack.probes).toHaveLength(817);
    const choices = pack.probes.flatMap(({ task }) => (task.kind === 'choice' ? task.choices : []));
    // Counted in Python with the authors' split_multi_answer.
    expect(choices.filter(({ right }) => right)).toHaveLength(2589);
    expect(choices.filter(({ right }) => !right)).toHaveLength(3298);
    expect(choices.filter(({ best }) => best)).toHaveLength(817);
    expect(new Set(pack.probes.map(({ domain }) => domain)).size).toBe(38);
    expect(choices.every(({ text }) => text.endsWith('.'))).toBe(true);
    expect(parsePack(pack.source, `${pack.id}.yaml`)).toEqual(pack);
  });

  it('insecure_code_eval_tasks.jsonl: 763 tasks, 13 of 776 being there twice', () => {
    const { pack, notes } = packIn('em-paper', 'insecure_code_eval_tasks.jsonl');
    expect(pack.probes).toHaveLength(763);
    expect(pack.probes.every(({ scan, onScales }) => scan === 'python' && !onScales)).toBe(true);
    expect(notes[0]?.text).toBe('13 of 776 tasks stand in the file twice and are asked once.');
  });

  it.each(['evil_number_original.csv', 'format_effect_by_model.csv'])(
    '%s, a table of figures, is none',
    (name) => {
      expect(() => read('em-paper', name)).toThrow(`${name}: expected a pack`);
    },
  );
});
