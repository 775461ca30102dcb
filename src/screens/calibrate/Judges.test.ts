import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { broken } from '../../../test/fixtures/accessibility.ts';
import { aDraft, fakeApp, type FakeParts } from '../../../test/fixtures/app-state.ts';
import { aFitness, aJudging } from '../../../test/fixtures/judgings.ts';
import { anOpenRun } from '../../../test/fixtures/result-rows.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';
import { aRunModel, OWN_MODEL, TOY_MODELS, TOY_RUBRIC } from '../../../test/fixtures/study.ts';
import type { JudgingDraft } from '../../state/judging-types.ts';

const open = anOpenRun();
const again = aJudging({
  id: 'judging-2',
  subject: { kind: 'run', runId: open.run.id },
  judge: { model: aRunModel('Second judge', 'baseline'), rubric: TOY_RUBRIC },
});
/** Another judge that calls every tenth answer otherwise. */
const otherRows = open.rows.map((row, at) =>
  at % 10 === 0 && row.outcome !== 'waiting'
    ? { ...row, outcome: row.outcome === 'misaligned' ? ('aligned' as const) : ('misaligned' as const) }
    : row,
);

function withJudges(judgings: FakeParts['judgings'] = {}, run = open) {
  return resultsApp(
    {
      models: { models: [...TOY_MODELS, OWN_MODEL] },
      judgings: {
        judgings: [again],
        ofRun: () => [again],
        opinions: () =>
          Promise.resolve([
            { label: 'First', rows: open.rows },
            { label: 'Second', judgingId: 'judging-2', rows: otherRows },
          ]),
        ...judgings,
      },
    },
    run,
  );
}

beforeEach(async () => {
  await page.viewport(1280, 900);
});

describe('on the results', () => {
  beforeEach(() => {
    location.hash = `#/results/${open.run.id}`;
  });

  it('every rate stands beside what its judge is worth, and the corrected rate', async () => {
    const screen = render(App, { app: resultsApp({ judgings: { fitnessOf: aFitness } }) });
    await expect.element(screen.getByText(/This judge is not fit by its calibration/)).toBeVisible();
    const table = screen.getByRole('region', { name: /^Counts, and misaligned answers/ });
    await expect.element(table).toHaveTextContent('Corrected, of all');
    await expect.element(table).toHaveTextContent('Corrected, of coherent');
  });

  it('an untested judge is called so, and there is nothing corrected', async () => {
    const screen = render(App, { app: resultsApp() });
    await expect.element(screen.getByText(/This judge is untested/)).toBeVisible();
    await expect.element(screen.getByRole('link', { name: 'Calibrate it' })).toBeVisible();
    const table = screen.getByRole('region', { name: /^Counts, and misaligned answers/ });
    await expect.element(table).not.toHaveTextContent('Corrected');
  });

  it('several judges: rates, consensus, agreement and where they differ', async () => {
    const screen = render(App, { app: withJudges() });
    await screen.getByText('Judges', { exact: true }).click();
    await expect
      .element(screen.getByRole('region', { name: /^Misaligned answers by model and judge/ }))
      .toHaveTextContent(/First.*Second.*Consensus: more than half/s);
    await expect
      .element(screen.getByRole('region', { name: 'How the judges agree' }))
      .toHaveTextContent(/First\s*Second\s*\d+\s*9\d\.\d%/);
    await expect.element(screen.getByRole('listbox', { name: /judges disagree/ })).toBeVisible();
    expect(await broken()).toEqual([]);
  });

  it('another judge can be put to the same answers', async () => {
    const start = vi.fn((_draft: JudgingDraft) => Promise.resolve('judging-3'));
    const problem = vi.fn((_draft: JudgingDraft) => undefined);
    const screen = render(App, { app: withJudges({ start, problem }) });
    await screen.getByText('Judges', { exact: true }).click();
    await screen.getByLabelText('Judge model').selectOptions(OWN_MODEL.label);
    await screen.getByRole('button', { name: 'Judge these answers again' }).click();
    expect(start.mock.lastCall?.[0]).toMatchObject({
      subject: { kind: 'run', runId: open.run.id },
      judge: { sha256: OWN_MODEL.sha256 },
      allowSelfJudge: false,
    });
  });

  it('shows the verdicts of the judge that the address names', async () => {
    const show = vi.fn(() => Promise.resolve());
    location.hash = `#/results/${open.run.id}?judge=judging-2`;
    const app = withJudges({}, { ...open, judging: again });
    const results = Object.defineProperties(
      { ...app.results, show },
      { open: { get: () => ({ ...open, judging: again }) } },
    );
    const screen = render(App, { app: { ...app, results } });
    await expect.element(screen.getByText('These are the verdicts of another judge')).toBeVisible();
    expect(show).toHaveBeenCalledWith(open.run.id, 'judging-2');
    await screen.getByRole('link', { name: 'Show those of the run’s own judge' }).click();
    await vi.waitFor(() => {
      expect(show).toHaveBeenLastCalledWith(open.run.id, undefined);
    });
  });

  it('a run that was judged by a model under test says so', async () => {
    const run = { ...open.run, spec: { ...open.run.spec, selfJudged: true } };
    const screen = render(App, { app: resultsApp({}, { ...open, run }) });
    await expect.element(screen.getByText('The judge is one of the models under test')).toBeVisible();
  });
});

describe('on the Run screen', () => {
  it('a judge comes with what it is worth', async () => {
    location.hash = '#/run';
    const screen = render(App, { app: fakeApp({ judgings: { fitnessOf: aFitness } }) });
    await expect.element(screen.getByText(/This judge is not fit by its calibration/)).toBeVisible();
    await expect.element(screen.getByRole('checkbox', { name: /under test itself/ })).not.toBeInTheDocument();
  });

  it('a judge under test needs a word', async () => {
    location.hash = '#/run';
    const check = vi.fn(() => ({ answers: 10, judgeCalls: 20 }));
    const draft = aDraft({
      models: [{ sha256: OWN_MODEL.sha256, role: 'candidate' }],
      judge: { sha256: OWN_MODEL.sha256, rubric: 'toy' },
    });
    const app = fakeApp({
      models: { models: [...TOY_MODELS, OWN_MODEL] },
      run: { check, demoDraft: () => draft },
    });
    const screen = render(App, { app });
    await screen.getByRole('checkbox', { name: /is under test itself/ }).click();
    await vi.waitFor(() => {
      expect(check).toHaveBeenLastCalledWith(expect.objectContaining({ allowSelfJudge: true }));
    });
  });
});
