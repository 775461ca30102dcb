import { describe, expect, it } from 'vitest';
import { tokenProbabilities } from './token-probabilities.ts';

describe('probabilities by token', () => {
  it.each([
    [
      "{'0': 0.9, \"'\": 1e-05}",
      [
        ['0', 0.9],
        ["'", 1e-5],
      ],
    ],
    [
      "{'\\n': 0.5, '\\'': 0.1, '\\x41\\u00e4': .25 }",
      [
        ['\n', 0.5],
        ["'", 0.1],
        ['Aä', 0.25],
      ],
    ],
    ['{"5": 1}', [['5', 1]]],
    ['{}', []],
    [{ __proto__: null, '1': 0.5 }, [['1', 0.5]]],
  ])('%s', (value, pairs) => {
    expect(tokenProbabilities(value)).toEqual(pairs);
  });

  it.each([
    "{'0': 0.9",
    "{'0' 0.9}",
    '{0: 0.9}',
    "{'0': nan}",
    "{'0': -1}",
    "{'0': 0.9, '1': 0.9}",
    '[1]',
    '',
    "{'\\xzz': 1}",
    '{} x',
    7,
    null,
    { a: 'x' },
  ])('%s is none', (value) => {
    expect(tokenProbabilities(value)).toBeUndefined();
  });
});
