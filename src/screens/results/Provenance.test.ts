import { beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { broken } from '../../../test/fixtures/accessibility.ts';
import { anOpenRun } from '../../../test/fixtures/result-rows.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';
import { aRun } from '../../../test/fixtures/study.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/results/run-1';
});

describe('what was run', () => {
  it('of answers that were judged elsewhere is the file, and no model of 0 bytes, seed or resume', async () => {
    const made = anOpenRun();
    const { judge: _judge, ...spec } = made.run.spec;
    const why = 'aligned: expected a number from 0 to 100, got "x"';
    // Two rows of one line, as a file with no line ends of its own may have.
    const skipped = [
      { line: 1, why },
      { line: 1, why },
    ];
    const published = { file: '<b>qwen.csv</b>', sha256: 'a'.repeat(64), rows: 3000, skipped };
    const run = aRun({ spec, published, status: 'paused', imported: true });
    const screen = render(App, { app: resultsApp({}, { ...made, run }) });
    await screen.getByText('What was run', { exact: true }).click();
    await expect.element(screen.getByText('judged elsewhere; the file does not say')).toBeVisible();
    await expect.element(screen.getByText('<b>qwen.csv</b>', { exact: true })).toBeVisible();
    await expect
      .element(screen.getByRole('table', { name: 'Models that the file names' }))
      .toBeInTheDocument();
    await screen.getByText('2 rows left out').click();
    await expect.element(screen.getByText(`Line 1: ${why}`).first()).toBeVisible();
    expect(screen.getByRole('table', { name: 'Model files' }).elements()).toEqual([]);
    expect(screen.getByRole('button', { name: /^Resume/ }).elements()).toEqual([]);
    expect(document.body.textContent).not.toContain('0 B');
    expect(await broken()).toEqual([]);
  });

  it('here is every model file, with engine and seed', async () => {
    const screen = render(App, { app: resultsApp() });
    await screen.getByText('What was run', { exact: true }).click();
    await expect.element(screen.getByRole('table', { name: 'Model files' })).toBeInTheDocument();
    await expect.element(screen.getByText('Seed', { exact: true })).toBeVisible();
  });

  it('of two models of one name can be shown and saved', async () => {
    const made = anOpenRun();
    const models = made.run.spec.models.map((model) => ({ ...model, label: 'Same' }));
    const run = aRun({ spec: { ...made.run.spec, models } });
    const app = resultsApp({}, { ...made, run, plan: { ...made.plan, spec: run.spec } });
    const screen = render(App, { app });
    await screen.getByRole('button', { name: /^Save .* as a file$/ }).click();
    const logs = screen.getByRole('button', { name: 'Inspect log: Same' });
    await expect.element(logs.first()).toBeVisible();
    expect(logs.elements()).toHaveLength(models.length);
  });
});
