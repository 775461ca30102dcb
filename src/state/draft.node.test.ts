import { describe, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { aDraft, ENGINES } from '../../test/fixtures/app-state.ts';
import { aPack, TOY_MODELS, TOY_RUBRIC } from '../../test/fixtures/study.ts';
import { specOf, type Known } from './draft.ts';
import type { RunDraft } from './types.ts';

const KNOWN: Known = {
  model: (sha256) => TOY_MODELS.find((model) => model.sha256 === sha256),
  pack: () => aPack(),
  rubric: () => TOY_RUBRIC,
  engines: () => ENGINES,
  report: () => undefined,
};

function refusal(parts: Partial<RunDraft>): string {
  try {
    specOf(aDraft(parts), KNOWN);
    return 'no refusal';
  } catch (thrown) {
    return thrown instanceof AppError ? `${thrown.code}: ${thrown.message}` : String(thrown);
  }
}

describe('a stop rule', () => {
  test('is part of the spec as it was given, and absent where none was', () => {
    expect(specOf(aDraft({ stop: { above: 0.05, below: 0.01 } }), KNOWN).stop).toEqual({
      above: 0.05,
      below: 0.01,
    });
    expect(specOf(aDraft(), KNOWN)).not.toHaveProperty('stop');
    expect(specOf(aDraft({ stop: {} }), KNOWN)).not.toHaveProperty('stop');
  });

  test.each([
    [{ stop: { above: 1 } }, 'limits to stop at above 0 and below 1, got 1'],
    [{ stop: { below: 0 } }, 'limits to stop at above 0 and below 1, got 0'],
    [{ stop: { above: 0.01, below: 0.05 } }, 'no higher than the upper one, got 0.05 and 0.01'],
    [{ stop: { above: 0.05 }, judge: undefined }, 'a judge for a run that stops early, got none'],
  ])('%j is refused', (parts, words) => {
    expect(refusal(parts)).toContain(words);
    expect(refusal(parts)).toMatch(/^invalid-option/);
  });
});
