import { expect, test } from 'vitest';
import { errorFromPage } from './automation.ts';

test.each([
  [
    'jsHandle.evaluate: Error: not-found: no pack "x"\n    at start (http://assay.localhost/a.js:1:2)',
    'not-found',
    'no pack "x"',
  ],
  [
    'page.evaluate: AppError: invalid-option: "samples" expected 1 to 10000: got 0',
    'invalid-option',
    '"samples" expected 1 to 10000: got 0',
  ],
  ['page.evaluate: TypeError: x is not a function\n    at f', 'internal', 'x is not a function'],
  ['jsHandle.evaluate: Target crashed', 'internal', 'Target crashed'],
  ['page.evaluate: Error: some-other: text', 'internal', 'some-other: text'],
  ['', 'internal', 'the app failed without a message'],
])('%s', (message, code, text) => {
  const error = errorFromPage(new Error(message));
  expect([error.code, error.message]).toEqual([code, text]);
});
