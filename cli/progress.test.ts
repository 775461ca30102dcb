import { describe, expect, test } from 'vitest';
import type { ProgressSnapshot } from '../src/state/automation.ts';
import { clockText, ProgressLine, progressText } from './progress.ts';

const NOW: ProgressSnapshot = {
  status: 'running',
  answered: 120,
  judged: 96,
  total: 960,
  elapsedMs: 14_200,
  leftMs: 92_000,
  stage: 'asking',
};

function output(more: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, out: { ...more, write: (text: string) => written.push(text) } };
}

test.each([
  [0, '0:00'],
  [7499, '0:07'],
  [59_600, '1:00'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
])('%i ms is %s', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});

describe('progressText', () => {
  test.each([
    [NOW, true, 'answers 120/960  judged 96/960  elapsed 0:14  left about 1:32'],
    [NOW, false, 'answers 120/960  elapsed 0:14  left about 1:32'],
    [
      { ...NOW, answered: 0, judged: 0, leftMs: null, stage: 'loading Toy base' },
      true,
      'answers 0/960  judged 0/960  elapsed 0:14  loading Toy base',
    ],
    [{ ...NOW, total: 0, answered: 0, stage: 'starting' }, true, 'starting'],
  ])('%#', (now, judging, text) => {
    expect(progressText(now, judging)).toBe(text);
  });
});

describe('ProgressLine', () => {
  test('writes over one line on a terminal and leaves the last one', () => {
    const { written, out } = output({ isTTY: true, columns: 24 });
    const line = new ProgressLine(out, true);
    line.show(NOW, 0);
    line.show(NOW, 100);
    line.end({ ...NOW, answered: 960 });
    expect(written).toEqual(['\r\u001b[Kanswers 120/960  judged', '\r\u001b[Kanswers 960/960  judged', '\n']);
  });

  test('elsewhere writes a line every five seconds, and the last state once', () => {
    const { written, out } = output();
    const line = new ProgressLine(out, false);
    line.show({ ...NOW, total: 0, stage: 'starting' }, -1000);
    [0, 1000, 4999, 5000, 9999].forEach((atMs, answered) => {
      line.show({ ...NOW, answered }, atMs);
    });
    line.end({ ...NOW, answered: 960 });
    line.end({ ...NOW, answered: 960 });
    expect(written.map((text) => text.split('  ')[0])).toEqual([
      'answers 0/960',
      'answers 3/960',
      'answers 960/960',
    ]);
    expect(written.every((text) => text.endsWith('\n'))).toBe(true);
  });
});
