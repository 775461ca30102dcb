import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { anOpenRun } from '../../../test/fixtures/result-rows.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';
import { figuresOfSummary } from '../../core/report/figures.ts';
import { methodsPlain, methodsText } from '../../core/report/methods.ts';
import { summarise } from '../../core/report/summary.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/results/run-1';
});

it('shows and copies the same methods as the report and the command line have', async () => {
  const open = anOpenRun();
  let copied = '';
  const copy = (text: string): Promise<void> => {
    copied = text;
    return Promise.resolve();
  };
  const screen = render(App, { app: resultsApp({}, open), copy });
  await screen.getByText('Methods', { exact: true }).click();
  await expect.element(screen.getByRole('heading', { name: 'Statistics' })).toBeVisible();
  await expect.element(screen.getByText('was not measured here', { exact: false })).toBeVisible();
  await expect.element(screen.getByText('Betley, J. et al. (2026).', { exact: false })).toBeVisible();
  await screen.getByRole('button', { name: `Copy the methods of ${open.run.title}` }).click();
  const { run, plan, packs, rows } = open;
  const figures = figuresOfSummary(summarise(run, plan, rows));
  expect(figures.tested).toBe(true);
  expect(copied).toBe(methodsPlain(methodsText({ run, plan, packs, figures })));
});
