import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Staged } from './staged.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const shown = (staged: Staged<string>, parts = 3) => Array.from({ length: parts }, (_, at) => staged.at(at));

it('gives each part the newest value in a task of its own', () => {
  const staged = new Staged<string>();
  staged.put('a', 3);
  expect(shown(staged)).toEqual([undefined, undefined, undefined]);
  vi.advanceTimersToNextTimer();
  expect(shown(staged)).toEqual(['a', undefined, undefined]);
  vi.runAllTimers();
  expect(shown(staged)).toEqual(['a', 'a', 'a']);
});

it('starves no part while newer values keep coming', () => {
  const staged = new Staged<string>();
  for (const value of ['a', 'b', 'c']) {
    staged.put(value, 3);
    vi.advanceTimersToNextTimer();
  }
  expect(shown(staged)).toEqual(['a', 'b', 'c']);
  vi.runAllTimers();
  expect(shown(staged)).toEqual(['c', 'c', 'c']);
});

it('stops, and goes on with the next value', () => {
  const staged = new Staged<string>();
  staged.put('a', 3);
  vi.advanceTimersToNextTimer();
  staged.stop();
  vi.runAllTimers();
  expect(shown(staged)).toEqual(['a', undefined, undefined]);
  staged.put('b', 2);
  vi.runAllTimers();
  expect(shown(staged)).toEqual(['b', 'b', undefined]);
});
