import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { aFullPlan, anOpenRun } from '../../../test/fixtures/result-rows.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { aMeasurement, CONVERTED } from '../../../test/fixtures/models.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/results/run-1';
});

const EVIL = '<img src=x onerror="window.hacked = true">\u202eevil\u0000';

function withAnswer(text: string) {
  const app = resultsApp();
  return resultsApp({
    results: {
      detail: async (item) => {
        const read = await app.results.detail(item);
        return read === undefined ? undefined : { ...read, answer: { ...read.answer, text } };
      },
      texts: (items) => Promise.resolve(new Map(items.map((item) => [item, text]))),
    },
  });
}

describe('an opened run', () => {
  it('shows both shares, the exact label and the interval in one sentence', async () => {
    const screen = render(App, { app: resultsApp() });
    const table = screen.getByRole('region', { name: /^Counts/ });
    for (const name of ['Misaligned, of all', 'Misaligned, of coherent', 'Exact label, of all'])
      await expect.element(table.getByRole('columnheader', { name })).toBeInTheDocument();
    await expect.element(screen.getByText('clustered on the probe', { exact: false })).toBeInTheDocument();
    await expect.element(screen.getByText('Made for the toy models only', { exact: false })).toBeVisible();
    expect(table.element().querySelectorAll('tbody tr')).toHaveLength(12);
  });

  it('changes the charts, not the table, with the denominator', async () => {
    const screen = render(App, { app: resultsApp() });
    await expect
      .element(screen.getByRole('img', { name: /^Misaligned, share of all answers\. / }))
      .toBeVisible();
    const radio = screen.getByRole('radio', { name: 'coherent answers' }).element();
    if (radio instanceof HTMLInputElement) radio.click();
    await expect
      .element(screen.getByRole('img', { name: /^Misaligned, share of coherent answers\. / }))
      .toBeVisible();
  });

  it('says so far while answers wait', async () => {
    const plan = aFullPlan();
    const open = anOpenRun({ plan });
    const rows = open.rows.map((row, at) =>
      at < 100 ? { ...row, outcome: 'waiting' as const, alignment: undefined, coherence: undefined } : row,
    );
    const whole = rows.map(({ alignment, coherence, ...row }) => ({
      ...row,
      ...(alignment === undefined ? {} : { alignment }),
      ...(coherence === undefined ? {} : { coherence }),
    }));
    const screen = render(App, { app: resultsApp({}, { ...open, rows: whole }) });
    await expect.element(screen.getByText('100 of them wait for the judge', { exact: false })).toBeVisible();
  });
});

describe('the answers', () => {
  it('are filtered by outcome and model, searched, and cleared again', async () => {
    const screen = render(App, { app: resultsApp() });
    const list = screen.getByRole('listbox', { name: 'Answers; Enter opens one' });
    await expect.element(list).toBeInTheDocument();
    await screen.getByLabelText('Outcome').selectOptions('misaligned');
    await screen.getByLabelText('Model', { exact: true }).selectOptions('Toy insecure');
    await expect.element(screen.getByText(/^\d+ answers of 2,880$/)).toBeVisible();
    await vi.waitFor(() => {
      const shown = [...list.element().querySelectorAll('[role=option]')].map((option) => option.textContent);
      expect(shown.length).toBeGreaterThan(0);
      for (const text of shown) expect(text).toMatch(/Toy insecure.*misaligned/s);
    });
    await screen.getByLabelText('Words in the answer').fill('no answer has these words');
    await expect.element(screen.getByText('No answer fits these filters')).toBeVisible();
    await screen.getByRole('button', { name: 'Clear filters' }).click();
    await expect.element(screen.getByText('2,880 answers', { exact: true })).toBeVisible();
  });

  it('show what a model wrote as text, hidden characters too', async () => {
    const screen = render(App, { app: withAnswer(EVIL) });
    await screen.getByRole('listbox').getByRole('option').first().click();
    const dialog = screen.getByRole('dialog');
    await expect
      .element(dialog.getByText('<img src=x onerror="window.hacked = true">⟦U+202E⟧evil⟦U+0000⟧'))
      .toBeVisible();
    expect(document.querySelectorAll('img')).toHaveLength(0);
    expect('hacked' in window).toBe(false);
  });

  it('show a long text in part until somebody asks for all', async () => {
    const screen = render(App, { app: withAnswer(`${'long '.repeat(2000)}end`) });
    await screen.getByRole('listbox').getByRole('option').first().click();
    const dialog = screen.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Show all 10,003 characters' }).click();
    await expect.element(dialog.getByText('long end', { exact: false })).toBeInTheDocument();
  });

  it('are gone through with next and previous', async () => {
    const screen = render(App, { app: resultsApp() });
    await screen.getByRole('listbox').getByRole('option').nth(1).click();
    await expect.element(screen.getByRole('heading', { name: 'Answer 2 of 2,880' })).toBeVisible();
    await screen.getByRole('button', { name: 'Next' }).click();
    await expect.element(screen.getByText('seed 1002', { exact: false })).toBeVisible();
    await screen.getByRole('button', { name: 'Previous' }).click();
    await expect.element(screen.getByText('seed 1001', { exact: false })).toBeVisible();
    await expect.element(screen.getByRole('img', { name: /^Alignment\. Score/ })).toBeVisible();
  });
});

describe('the list of runs', () => {
  it('opens, exports and deletes after a question', async () => {
    location.hash = '#/results';
    const remove = vi.fn(() => Promise.resolve());
    const screen = render(App, { app: resultsApp({ runs: { remove } }) });
    await expect
      .element(screen.getByRole('link', { name: 'Demo study' }))
      .toHaveAttribute('href', '#/results/run-1');
    await screen.getByRole('button', { name: 'Delete Demo study' }).click();
    expect(remove).not.toHaveBeenCalled();
    await screen.getByRole('button', { name: 'Delete the run' }).click();
    expect(remove).toHaveBeenCalledWith('run-1');
  });

  it('says what to do when there is none', async () => {
    location.hash = '#/results';
    const screen = render(App, { app: fakeApp() });
    await expect.element(screen.getByText('There are no runs yet')).toBeVisible();
  });
});

describe('what was run', () => {
  it('tells origin, files and self-checks of each model, and warns where a check failed', async () => {
    const plan = aFullPlan();
    const [model] = plan.spec.models;
    if (model === undefined) throw new Error('expected a model');
    const sources = CONVERTED.provenance?.sources ?? [];
    const spec = {
      ...plan.spec,
      models: plan.spec.models.map((each) =>
        each === model && CONVERTED.provenance !== undefined
          ? { ...each, kind: 'gguf' as const, provenance: CONVERTED.provenance }
          : each,
      ),
    };
    const facts = {
      engine: 'llamacpp',
      engineVersion: '3.8.1',
      deviceAsked: 'webgpu',
      deviceUsed: 'webgpu',
      threads: 1,
      batch: 8,
      contextTokens: 4096,
      vocabulary: 151_936,
      adapterName: 'nvidia ampere',
      checks: aMeasurement({
        checks: [
          { name: 'batch', outcome: 'failed', difference: 0.5, tolerance: 0.01, note: 'one at a time' },
        ],
      }).checks,
    } as const;
    const open = anOpenRun({ plan: { ...plan, spec } });
    const incidents = [{ at: open.run.createdAt, what: 'The device was lost; it was loaded again.' }];
    const run = { ...open.run, incidents, facts: { [model.sha256]: facts } };
    const screen = render(App, { app: resultsApp({}, { ...open, run }) });
    await screen.getByText('What was run').click();
    await expect.element(screen.getByText('A self-check failed while a model was loaded')).toBeVisible();
    await expect.element(screen.getByText(/The device was lost; it was loaded again/)).toBeVisible();
    await screen.getByText(`Origin and engine of ${model.label}`).click();
    for (const text of [/to GGUF Q8_0/, /by A\. Keller/, 'nvidia ampere', /FAILED.*0\.5 nats.*one at a time/])
      await expect.element(screen.getByText(text)).toBeVisible();
    const files = screen.getByRole('region', { name: /^Files handed in/ });
    for (const { sha256 } of sources) await expect.element(files).toHaveTextContent(sha256);
  });

  it('of a run of Assay 0.1 shows the table alone', async () => {
    const screen = render(App, { app: resultsApp() });
    await screen.getByText('What was run').click();
    await expect.element(screen.getByRole('region', { name: 'Model files' })).toBeVisible();
    await expect.element(screen.getByText('Origin and engine of', { exact: false })).not.toBeInTheDocument();
  });
});
