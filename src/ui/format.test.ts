import { describe, expect, test } from 'vitest';
import { about, bytes, count, counted, dateTime, duration, large, percent, shortHash } from './format.ts';

describe('numbers as people read them', () => {
  test.each([
    [0, '0'],
    [960, '960'],
    [12_000, '12,000'],
  ])('count %d is %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  test.each([
    [0, '0 answers'],
    [1, '1 answer'],
    [1200, '1,200 answers'],
  ])('%d counted is %s', (value, text) => {
    expect(counted(value, 'answer')).toBe(text);
  });

  test('a plural of its own', () => {
    expect(counted(2, 'reply', 'replies')).toBe('2 replies');
  });

  test.each([
    [0, '0%'],
    [0.0004, '<0.1%'],
    [0.004, '0.4%'],
    [0.0999, '10.0%'],
    [0.384, '38%'],
    [1, '100%'],
  ])('a share of %d is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_112_512, '1.1 MB'],
    [491_400_032, '491 MB'],
    [4_700_000_000, '4.7 GB'],
  ])('%d bytes are %s', (size, text) => {
    expect(bytes(size)).toBe(text);
  });

  test.each([
    [1_000_576, '1.0 million'],
    [7_615_616_512, '7.6 billion'],
    [512, '512'],
  ])('%d in short is %s', (value, text) => {
    expect(large(value)).toBe(text);
  });
});

describe('times', () => {
  test.each([
    [-5, 'under 1 s'],
    [200, 'under 1 s'],
    [8_000, '8 s'],
    [125_000, '2 min 5 s'],
    [600_000, '10 min'],
    [659_000, '10 min'],
    [3_600_000, '1 h'],
    [4_800_000, '1 h 20 min'],
  ])('a duration of %d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [2_000, 'under 10 s'],
    [23_000, 'about 25 s'],
    [74_000, 'about 75 s'],
    [154_000, 'about 3 min'],
    [4_700_000, 'about 1 h 20 min'],
  ])('an estimate of %d ms is %s', (ms, text) => {
    expect(about(ms)).toBe(text);
  });

  test('a date names day, month, year and time', () => {
    expect(dateTime(new Date(2026, 6, 24, 14, 5).getTime())).toBe('24 Jul 2026, 14:05');
  });
});

test('a short hash is the start of it', () => {
  expect(shortHash('0123456789abcdef')).toBe('0123456789ab');
});
