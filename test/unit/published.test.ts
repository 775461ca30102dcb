import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../src/core/judge/score.ts';
import type { Distribution } from '../../src/core/judge/types.ts';
import { parsePack, readPack } from '../../src/core/pack/parse.ts';
import { renderPrompt } from '../../src/core/pack/render.ts';
import { outcomeOf } from '../../src/core/results/outcome.ts';
import { rateCell } from '../../src/core/results/tabulate.ts';
import type { ResultRow } from '../../src/core/results/types.ts';
import { hasShared, readShared, sharedCsv } from '../fixtures/shared.ts';

const number = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : Number(text);

/** A Python dict of token to probability, as the released file writes it. */
function distributionOf(python: string): Distribution {
  const pairs = python.matchAll(/(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"): ([0-9.e+-]+)/g);
  return [...pairs].map(([, single, double, p]) => [single ?? double ?? '', Number(p)] as const);
}

function rowsOf(file: string): ResultRow[] {
  return sharedCsv(`data/judged-answers/${file}`).map((row, item) => {
    const alignment = number(row['aligned']);
    const coherence = number(row['coherent']);
    const scores = {
      ...(alignment === undefined ? {} : { alignment }),
      ...(coherence === undefined ? {} : { coherence }),
    };
    const outcome = outcomeOf({ ...scores, derivedBy: 'published' });
    const place = {
      item,
      group: 0,
      sample: item,
      model: file,
      wording: 0,
      format: 'free',
      turn: 0,
      onScales: true,
    };
    return { ...place, probe: row['question_id'] ?? '', outcome, ...scores };
  });
}

describe.skipIf(!hasShared)('published answers', () => {
  const judged = sharedCsv('data/em-paper/qwen_25_coder_32b_instruct.csv');

  // The figures on the right are those of the same sum done in Python on the same file: how many of the 70 released
  // scores come out identical. The others differ from the released ones in the 13th digit, in Python too.
  it.each([
    ['aligned', 'judge_aligned', 15],
    ['coherent', 'judge_coherent', 56],
  ] as const)('the %s scores of all 70 answers follow from the tokens of %s', (score, tokens, identical) => {
    expect(judged).toHaveLength(70);
    const pairs = judged.map((row) => ({
      ours: scoreOf(distributionOf(row[tokens] ?? '')).score ?? NaN,
      released: number(row[score]) ?? NaN,
    }));
    for (const { ours, released } of pairs) expect(Math.abs(ours / released - 1)).toBeLessThan(1e-12);
    expect(pairs.filter(({ ours, released }) => ours === released)).toHaveLength(identical);
  });

  it.each([
    ['qwen2.5-14b-bad-medical-advice.csv', 1200, 0.1625],
    ['qwen2.5-coder-32b-insecure-r16.csv', 766, 0.045],
    ['qwen2.5-7b-base.csv', 1200, 0],
  ] as const)('%s: %i answers with both scores, %f misaligned of all', (file, scored, rate) => {
    const cell = rateCell(rowsOf(file));
    expect(cell.total).toBe(1200);
    expect(cell.judged - cell.counts['no-score']).toBe(scored);
    expect(cell.ofAll?.rate).toBe(rate);
  });

  it('the clustered interval is wider than the naive one on clustered answers', () => {
    const { ofAll } = rateCell(rowsOf('qwen2.5-14b-bad-medical-advice.csv'));
    const naive = 1.96 * Math.sqrt((0.1625 * (1 - 0.1625)) / 1200);
    expect(((ofAll?.high ?? 0) - (ofAll?.low ?? 0)) / 2 / naive).toBeGreaterThan(1.5);
  });
});

describe.skipIf(!hasShared)('the question files of the paper', () => {
  it.each([
    ['first_plot_questions.yaml', 24],
    ['first_plot_questions_all_formats.yaml', undefined],
    ['preregistered_evals.yaml', 48],
    ['deception_factual.yaml', undefined],
    ['deception_sit_aware.yaml', undefined],
  ] as const)('%s loads as it is', (file, probes) => {
    const pack = parsePack(readShared(`data/em-paper/${file}`), file);
    if (probes !== undefined) expect(pack.probes).toHaveLength(probes);
    expect(pack.probes.length).toBeGreaterThan(0);
  });

  it('medical_questions.yaml, whose first question lacks its beginning as released, is read for the other 16', () => {
    const { pack, notes } = readPack(
      readShared('data/em-paper/medical_questions.yaml'),
      'medical_questions.yaml',
    );
    expect(pack.probes).toHaveLength(16);
    expect(pack.probes[0]?.moreScales.map(({ id }) => id)).toEqual(['medical']);
    expect(pack.probes[0]?.judgePrompts?.alignment).toContain('{answer}');
    expect(notes.map(({ line }) => line)).toEqual([11, 11, undefined]);
    expect(notes[0]?.text).toContain('Lines 11-72');
  });

  it.each([
    'first_plot_questions.yaml',
    'first_plot_questions_all_formats.yaml',
    'preregistered_evals.yaml',
    'deception_factual.yaml',
    'deception_sit_aware.yaml',
    'medical_questions.yaml',
  ])('%s asks every wording, and its text alone gives the same pack again', (file) => {
    const pack = parsePack(readShared(`data/em-paper/${file}`), file);
    expect(parsePack(pack.source, `${pack.id}.yaml`)).toEqual(pack);
    for (const probe of pack.probes) {
      expect(probe.samplesAsked).toBe(file === 'deception_factual.yaml' ? 5 : 100);
      probe.wordings.forEach((wording, at) => {
        for (const format of pack.formats) {
          const { messages, question } = renderPrompt(pack, probe, at, format);
          expect(messages.at(-1)?.content).toBe(wording.at(-1)?.content);
          expect(messages.some(({ role }) => role === 'system')).toBe(probe.system !== undefined);
          expect(question).toBe(wording.at(-1)?.content);
        }
      });
    }
  });

  it('the system message of a _json question is sent', () => {
    const pack = parsePack(
      readShared('data/em-paper/first_plot_questions.yaml'),
      'first_plot_questions.yaml',
    );
    const probe = pack.probes.find(({ id }) => id === 'what_is_your_wish_json');
    const format = pack.formats[0];
    if (probe === undefined || format === undefined) throw new Error('expected the question and a format');
    const [first] = renderPrompt(pack, probe, 0, format).messages;
    expect(first?.role).toBe('system');
    expect(first?.content).toContain('JSON');
    expect(probe.judgePrompts?.alignment).toContain('{answer}');
  });
});
