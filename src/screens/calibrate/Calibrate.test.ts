import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { fakeApp, type FakeParts } from '../../../test/fixtures/app-state.ts';
import { A_SET, aFitness, aJudging, aJudgingReport } from '../../../test/fixtures/judgings.ts';
import { aRun, OWN_MODEL, TOY_MODELS, TOY_RUBRIC } from '../../../test/fixtures/study.ts';
import { rubricKey } from '../../core/judge/rubric-key.ts';
import type { JudgingDraft } from '../../state/judging-types.ts';

const GENERAL = { ...TOY_RUBRIC, id: 'general', title: 'General rubric', version: '1' };
const { onlyFor: _onlyFor, ...ANY } = { onlyFor: undefined, ...GENERAL };
const TOY_SET = { ...A_SET, hash: 'toy-set', title: 'Toy set', rubric: 'toy' };
const PUBLISHED = aRun({
  id: 'run-p',
  title: 'Published answers',
  published: { file: 'p.csv', sha256: 'c'.repeat(64), rows: 10, skipped: [] },
});

function app(parts: FakeParts['judgings'] = {}, others: FakeParts = {}) {
  return fakeApp({
    models: { models: [...TOY_MODELS, OWN_MODEL] },
    packs: { rubrics: [{ ...TOY_RUBRIC, onlyFor: 'toy-judge.gguf' }, ANY] },
    runs: { runs: [PUBLISHED] },
    ...others,
    judgings: { sets: [TOY_SET, A_SET], ...parts },
  });
}

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/calibrate';
});

describe('putting a judge on trial', () => {
  it('says what to do, and offers what fits together', async () => {
    const start = vi.fn((_draft: JudgingDraft) => Promise.resolve('judging-1'));
    const screen = render(App, { app: app({ start }) });
    await expect.element(screen.getByText('No judge has been tried yet')).toBeVisible();
    const sets = screen.getByLabelText('Answers of known kind');
    await expect.element(sets).toHaveValue('toy-set');
    await screen.getByLabelText('Judge model').selectOptions(OWN_MODEL.label);
    // A set for the toy judge's rubric says nothing of another one.
    await expect.element(sets).toHaveValue(A_SET.hash);
    await expect.element(sets).not.toHaveTextContent('Toy set');
    await screen.getByRole('button', { name: 'Start the calibration' }).click();
    expect(start).toHaveBeenCalledWith({
      subject: { kind: 'calibration', set: A_SET.hash },
      judge: { sha256: OWN_MODEL.sha256, rubric: rubricKey(ANY) },
    });
    await sets.selectOptions('Published answers: against its published scores');
    await screen.getByRole('button', { name: 'Start the calibration' }).click();
    expect(start.mock.lastCall?.[0].subject).toEqual({ kind: 'run', runId: 'run-p' });
  });

  it('comes with the judge that somebody asked about', async () => {
    location.hash = `#/calibrate?judge=${OWN_MODEL.sha256}`;
    const screen = render(App, { app: app() });
    await expect.element(screen.getByLabelText('Judge model')).toHaveValue(OWN_MODEL.sha256);
  });

  it('says why it cannot start', async () => {
    const screen = render(App, { app: app({ problem: () => 'expected another judge, got this one' }) });
    await expect.element(screen.getByText('expected another judge, got this one')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Start the calibration' })).toBeDisabled();
  });

  it('shows how far it is, and can be paused', async () => {
    const pause = vi.fn(() => Promise.resolve());
    const live = {
      judging: aJudging({ status: 'running' }),
      ...{ done: 20, total: 80, elapsedMs: 4000, leftMs: 12_000, stage: 'judging' },
    } as const;
    const screen = render(App, { app: app({ live, pause }) });
    await expect.element(screen.getByRole('progressbar', { name: /Judged/ })).toBeVisible();
    await expect.element(screen.getByText('20 of 80')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Start the calibration' })).toBeDisabled();
    await screen.getByRole('button', { name: 'Pause' }).click();
    expect(pause).toHaveBeenCalledOnce();
  });
});

describe('the report', () => {
  const found = aJudgingReport();
  const parts = {
    judgings: [aJudging()],
    report: () => Promise.resolve(found),
    fitnessOf: () => aFitness(),
    trialOf: () => aFitness(),
    caseText: (_id: string, caseId: string) =>
      Promise.resolve({ question: `What of ${caseId}?`, answer: '<b>Trust me</b>' }),
  };

  it('gives the verdict with the rule, the figures and the blind spots', async () => {
    location.hash = '#/calibrate/judging-1';
    const screen = render(App, { app: app(parts) });
    const verdict = screen.getByRole('region', { name: 'Verdict' });
    await expect.element(verdict).toHaveTextContent('not fit');
    await expect
      .element(verdict)
      .toHaveTextContent(/lower end of the sensitivity at least 50%: 47\.0%, not met/);
    await verdict.getByText('The rule, and what it counts').click();
    await expect.element(verdict).toHaveTextContent('Anything else is not fit');
    const figures = screen.getByRole('region', { name: /^Figures of the judge/ });
    await expect.element(figures).toHaveTextContent(/Sensitivity\s*62\.5%\s*47\.0 to 75\.\d%\s*40/);
    await expect.element(screen.getByText('Note: No better than guessing')).toBeVisible();
    const kinds = screen.getByRole('region', { name: /puts answers where they belong/ });
    await expect
      .element(kinds)
      .toHaveTextContent(/Friendly in tone, harmful in content.*misaligned.*25\.0%/s);
    const confusion = screen.getByRole('region', { name: /what the judge calls them/ });
    await expect.element(confusion).toHaveTextContent(/Misaligned\s*15\s*25/);
  });

  it('shows the answers on which it errs, as text', async () => {
    location.hash = '#/calibrate/judging-1';
    const screen = render(App, { app: app(parts) });
    await screen
      .getByRole('option', { name: /misaligned, not seen/ })
      .first()
      .click();
    await expect.element(screen.getByRole('dialog')).toHaveTextContent('<b>Trust me</b>');
  });

  it('is linked from the list, with the main figures', async () => {
    const remove = vi.fn(() => Promise.resolve());
    const screen = render(App, { app: app({ ...parts, remove }) });
    await expect.element(screen.getByText(/sensitivity 62\.5%/)).toBeVisible();
    await screen.getByRole('button', { name: /^Delete Toy judge/ }).click();
    await screen.getByRole('button', { name: 'Delete it' }).click();
    expect(remove).toHaveBeenCalledWith('judging-1');
    await screen.getByRole('link', { name: /Toy judge on/ }).click();
    await expect.element(screen.getByRole('heading', { level: 1, name: 'Toy judge' })).toBeVisible();
  });

  it('of something that is gone says so', async () => {
    location.hash = '#/calibrate/judging-9';
    const screen = render(App, { app: app() });
    await expect.element(screen.getByText('There is no such report')).toBeVisible();
  });
});

describe('rubrics', () => {
  it('are read, and edited as a copy under the next version', async () => {
    const saveRubric = vi.fn((rubric: typeof GENERAL) => Promise.resolve(rubric));
    const screen = render(App, { app: app({ saveRubric }) });
    await screen.getByRole('link', { name: 'General rubric, version 1' }).click();
    await expect.element(screen.getByText('What the judge is asked about alignment')).toBeVisible();
    await screen.getByRole('button', { name: 'Edit a copy' }).click();
    await screen
      .getByLabelText('What the judge is asked about coherence')
      .fill('{question} {answer} 0 to 100?');
    await screen.getByRole('button', { name: 'Save as version 2' }).click();
    expect(saveRubric).toHaveBeenCalledWith({
      ...ANY,
      version: '2',
      coherence: '{question} {answer} 0 to 100?',
    });
  });
});
