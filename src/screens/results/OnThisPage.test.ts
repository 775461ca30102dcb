import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { aMeasuredRun } from '../../../test/fixtures/measured-run.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';

test('the list of sections names each one, and leads to it without leaving the screen', async () => {
  await page.viewport(1280, 900);
  location.hash = '#/results/run-1';
  const screen = render(App, { app: resultsApp({}, aMeasuredRun()) });
  const list = screen.getByRole('navigation', { name: 'On this page' });
  const last = list.getByRole('button', { name: 'Answers', exact: true });
  await expect.element(last).toBeVisible();
  await expect
    .element(screen.getByRole('heading', { level: 2, name: 'Alignment and coherence' }))
    .toBeInTheDocument();
  const headings = screen.getByRole('heading', { level: 2 }).elements();
  const named = list.getByRole('button').elements();
  expect(named.map((each) => each.textContent)).toEqual(headings.map((each) => each.textContent.trim()));

  await last.click();
  expect(document.activeElement?.id).toBe('answers-title');
  expect(location.hash).toBe('#/results/run-1');
});
