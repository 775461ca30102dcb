import { describe, expect, test } from 'vitest';
import { aDraft } from '../../../test/fixtures/app-state.ts';
import {
  aModel,
  aPack,
  fakeHash,
  FORMATS,
  OWN_MODEL,
  TOY_MODELS,
  TOY_RUBRIC,
} from '../../../test/fixtures/study.ts';
import { splitSteps } from '../shared/models.ts';
import {
  withFormat,
  withJudge,
  withModel,
  withPacks,
  withWrapper,
  withoutWrapper,
  wrapperId,
} from './draft.ts';
import { rubricsFor } from '../shared/judges.ts';

const GENERAL = { ...TOY_RUBRIC, id: 'general' };
const JUDGE = aModel('Toy judge', { suggested: 'judge' });
const TOY_ONLY = { ...TOY_RUBRIC, onlyFor: JUDGE.fileName };
const WRAPPER = { id: 'ward', title: 'Ward', template: '{question}', answer: 'text' } as const;

describe('models', () => {
  test('a model comes in the role it is offered as, else as a candidate, and leaves again', () => {
    const empty = aDraft({ models: [] });
    const base = aModel('Toy base', { suggested: 'baseline' });
    const chosen = withModel(withModel(empty, base, true), OWN_MODEL, true);
    expect(chosen.models).toEqual([
      { sha256: base.sha256, role: 'baseline' },
      { sha256: OWN_MODEL.sha256, role: 'candidate' },
    ]);
    expect(withModel(chosen, base, false).models).toEqual([{ sha256: OWN_MODEL.sha256, role: 'candidate' }]);
  });

  test('steps are the bundled models that another one of their role outlasts', () => {
    const { main, steps } = splitSteps([...TOY_MODELS, OWN_MODEL]);
    expect(steps.map(({ step }) => step)).toEqual([10, 20, 40, 80]);
    expect(main.map(({ label }) => label)).toEqual([
      'Toy base',
      'Toy secure',
      'Toy educational',
      'Toy insecure',
      'Toy numbers',
      'Toy judge',
      OWN_MODEL.label,
    ]);
  });
});

describe('formats', () => {
  test('stay chosen while they are offered; with none left all are', () => {
    const draft = aDraft({ formats: ['json', 'gone'] });
    expect(withPacks(draft, [], FORMATS).formats).toEqual(['json']);
    expect(withPacks(aDraft({ formats: ['gone'] }), [], FORMATS).formats).toEqual(['free', 'json', 'python']);
  });

  test('are asked in the order in which they are offered', () => {
    expect(withFormat(aDraft({ formats: ['python'] }), 'free', true, FORMATS).formats).toEqual([
      'free',
      'python',
    ]);
  });

  test('a wrapper is chosen when it is added, and leaves no trace', () => {
    const draft = aDraft();
    const added = withWrapper(draft, WRAPPER);
    expect(added.formats).toContain('ward');
    expect(withoutWrapper(added, 'ward')).toEqual(draft);
  });

  test.each([
    ['Ward note', [], 'ward-note'],
    ['Ward note!', ['ward-note', 'ward-note-2'], 'ward-note-3'],
    ['？', [], 'own'],
  ])('the id of %s beside %j is %s', (title, taken, id) => {
    expect(wrapperId(title, taken)).toBe(id);
  });
});

describe('judge', () => {
  test('a judge made for one rubric has that one only, and other judges never have it', () => {
    expect(rubricsFor(JUDGE, [GENERAL, TOY_ONLY])).toEqual([TOY_ONLY]);
    expect(rubricsFor(OWN_MODEL, [GENERAL, TOY_ONLY])).toEqual([GENERAL]);
  });

  test('keeps a rubric that fits, then what the pack asks for, then the first that fits', () => {
    const strict = { ...TOY_RUBRIC, id: 'strict' };
    const rubrics = [GENERAL, strict, TOY_ONLY];
    const toy = aDraft({ judge: { sha256: fakeHash('x'), rubric: 'toy' } });
    const rubricOf = (draft: typeof toy): string | undefined => draft.judge?.rubric;
    expect(rubricOf(withJudge(toy, JUDGE, rubrics, []))).toBe('toy');
    expect(rubricOf(withJudge(toy, OWN_MODEL, rubrics, []))).toBe('general');
    expect(rubricOf(withJudge(toy, OWN_MODEL, rubrics, [aPack({ rubric: 'strict' })]))).toBe('strict');
    expect(withJudge(toy, undefined, rubrics, []).judge).toBeUndefined();
  });
});
