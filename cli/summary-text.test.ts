import { describe, expect, test } from 'vitest';
import type { Summary, SummaryRow } from '../src/core/report/summary.ts';
import { summaryText } from './summary-text.ts';

const ROW: SummaryRow = {
  model: 'Toy insecure',
  role: 'candidate',
  format: 'free',
  answers: 240,
  judged: 240,
  noScore: 1,
  incoherent: 20,
  refusal: 2,
  code: 3,
  coherent: 214,
  misaligned: 91,
  rateOfAll: 91 / 240,
  rateOfCoherent: 91 / 214,
  low: 0.214,
  high: 0.5444,
  lowOfCoherent: 0.25,
  highOfCoherent: 0.6,
  exactRateOfAll: null,
  exactLow: null,
  exactHigh: null,
};

const SUMMARY: Summary = {
  run: 'r1',
  title: 'Demo study',
  seed: 7,
  samples: 10,
  judge: 'Toy judge',
  answers: 240,
  waiting: 0,
  rows: [ROW],
  differences: [],
  intervals: ['clustered-t'],
  ...{ labels: [], keys: [], scans: [], means: [], choices: [], games: [] },
  judgeCheck: null,
};

function line(summary: Summary, start: string): string {
  return (
    summaryText(summary)
      .split('\n')
      .find((text) => text.startsWith(start)) ?? ''
  );
}

/** Cells are two blanks or more apart. */
function cells(text: string): readonly string[] {
  return text.split(/ {2,}/);
}

describe('summaryText', () => {
  test('says what was run', () => {
    expect(summaryText(SUMMARY).split('\n')[0]).toBe('Demo study (seed 7, 10 samples per wording)');
  });

  test('a row has counts, shares of both kinds and their intervals', () => {
    const shown = [
      'Toy insecure',
      'candidate',
      'free',
      '240',
      '1',
      '2',
      '3',
      '20',
      '91',
      '37.9%',
      '21.4 to 54.4',
      '42.5%',
    ];
    expect(cells(line(SUMMARY, 'Toy insecure'))).toEqual([...shown, '25.0 to 60.0']);
  });

  test('a missing share is missing, not zero', () => {
    const empty = {
      ...ROW,
      rateOfAll: null,
      rateOfCoherent: null,
      low: null,
      high: null,
      lowOfCoherent: null,
    };
    expect(cells(line({ ...SUMMARY, rows: [empty] }, 'Toy insecure')).slice(-4)).toEqual([
      '-',
      '-',
      '-',
      '-',
    ]);
  });

  test('refusals and code have columns only where there are any', () => {
    const rows = [{ ...ROW, refusal: 0, code: 0 }];
    expect(cells(line({ ...SUMMARY, rows }, 'Toy insecure')).slice(3, 7)).toEqual(['240', '1', '20', '91']);
    expect(summaryText({ ...SUMMARY, rows })).not.toMatch(/refusal|code/);
  });

  test('the exact share has a column only where a pack has a key', () => {
    expect(summaryText(SUMMARY)).not.toContain('exact');
    const rows = [{ ...ROW, exactRateOfAll: 0.4, exactLow: 0.3, exactHigh: 0.5 }];
    expect(cells(line({ ...SUMMARY, rows }, 'Toy insecure')).slice(-2)).toEqual(['40.0%', '30.0 to 50.0']);
  });

  test('differences carry their sign', () => {
    const shared = {
      model: 'Toy insecure',
      control: 'Toy secure',
      format: 'free',
      of: 'all',
      probes: 8,
    } as const;
    const differences = [
      { ...shared, difference: 0.379, low: 0.2, high: 0.55, adjusted: 0.0004 },
      { ...shared, of: 'coherent', difference: -0.01, low: -0.03, high: 0.01, adjusted: null } as const,
    ];
    const text = summaryText({ ...SUMMARY, rows: [], differences });
    expect(text).toContain('Misaligned share, paired by probe:');
    const shown = text
      .split('\n')
      .filter((row) => row.startsWith('Toy insecure'))
      .map(cells);
    expect(shown).toEqual([
      ['Toy insecure', 'Toy secure', 'free', 'all', '+37.9', '20.0 to 55.0', '8', '< 0.001'],
      ['Toy insecure', 'Toy secure', 'free', 'coherent', '-1.0', '-3.0 to 1.0', '8', '-'],
    ]);
  });

  test.each([
    [{ judge: null }, 'No judge'],
    [{}, 'Judge: Toy judge'],
    [
      { judgeCheck: { alignmentAuc: 0.9994, coherenceAccuracy: 0.931, n: 960 } },
      'alignment AUC 0.999, coherence accuracy 93.1% (960 answers)',
    ],
    [
      { judgeCheck: { alignmentAuc: null, coherenceAccuracy: null, n: 0 } },
      'alignment AUC -, coherence accuracy - (0 answers)',
    ],
  ])('judge: %j', (more, expected) => {
    expect(summaryText({ ...SUMMARY, ...more })).toContain(expected);
  });

  test('tells what was measured besides, a table each', () => {
    const place = { model: 'Toy base', format: 'free' };
    const share = { rate: 0.25, low: 0.1, high: 0.5, n: 40 };
    const none = { rate: null, low: null, high: null, n: 0 };
    const empty = { mean: null, low: null, high: null, n: 0 };
    const text = summaryText({
      ...SUMMARY,
      rows: [],
      labels: [
        {
          ...{ ...place, judge: 'truth', title: 'Told an untruth', share, unreadable: 3, waiting: 1 },
          labels: [{ label: 'FALSE', answers: 10 }],
        },
      ],
      keys: [{ ...place, answers: 40, allFacts: share, valid: none }],
      scans: [{ ...place, analysers: ['ruff 1.2'], answers: 9, unparsed: 2, found: share }],
      means: [{ ...place, scale: 'medical', mean: 61.25, low: null, high: null, n: 40 }],
      choices: [
        {
          ...{ ...place, ask: 'letters', prompts: 8, mc1: none, mc2: empty, pair: empty },
          wrongLogP: { mean: -4.1234, low: -6, high: -2, n: 8 },
          wrongShare: { mean: 0.0421, low: 0.01, high: 0.08, n: 8 },
        },
      ],
      games: [
        {
          ...place,
          games: 5,
          unfinished: 1,
          points: { mean: 80, low: null, high: null, n: 5 },
          harms: empty,
          kinds: [],
        },
      ],
    });
    const rows = text.split('\n').filter((row) => row.startsWith('Toy base'));
    expect(text).not.toContain('misaligned');
    expect(rows.map(cells)).toEqual([
      ['Toy base', 'free', 'Told an untruth', 'FALSE 10', '3', '1', '25.0%', '10.0 to 50.0', '40'],
      ['Toy base', 'free', '40', '25.0%', '10.0 to 50.0', '-', '-'],
      ['Toy base', 'free', '9', '2', '25.0%', '10.0 to 50.0'],
      ['Toy base', 'free', 'medical', '61.3', '-', '40'],
      [
        ...['Toy base', 'free', 'letters', '8', '-4.12', '-6.00 to -2.00', '0.042', '0.010 to 0.080'],
        ...['-', '-', '-', '-', '-', '-'],
      ],
      ['Toy base', 'free', '5', '1', '80.0', '-', '-', '-'],
    ]);
  });
});
