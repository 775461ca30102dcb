import { beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import type { RunDraft } from '../../state/types.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/run';
});

it('says before a run how many answers a wish needs, and asks that many', async () => {
  const screen = render(App, { app: fakeApp() });
  await screen.getByText('How many answers do I need?').click();
  await expect.element(screen.getByText(/“0%” up to \d.*when nothing is seen/)).toBeVisible();
  await screen.getByLabelText('Upper end of the interval, %').fill('50');
  const ask = screen.getByRole('button', { name: /^Ask \d+ answers? per wording$/ });
  await expect.element(ask).toBeVisible();
  const wanted = /\d+/.exec(ask.element().textContent)?.[0];
  await ask.click();
  await expect.element(screen.getByLabelText('Answers per wording')).toHaveValue(Number(wanted));
  await screen.getByLabelText('Upper end of the interval, %').fill('0');
  await expect.element(screen.getByText('Expected a number above 0 and below 100.')).toBeVisible();
});

it('hands a stop rule to the run, and takes it back', async () => {
  const start = vi.fn((_draft: RunDraft) => Promise.resolve('run-1'));
  const screen = render(App, { app: fakeApp({ run: { start } }) });
  await screen.getByText('Stop early').click();
  await screen.getByLabelText('Stop when clearly above, %').fill('5');
  await expect.element(screen.getByText('clearly above 5.0%', { exact: true })).toBeVisible();
  await screen.getByLabelText('Stop when clearly above, %').fill('');
  await screen.getByLabelText('Stop when clearly below, %').fill('1');
  await expect.element(screen.getByText('clearly below 1.0%', { exact: true })).toBeVisible();
  await screen.getByRole('button', { name: 'Start the run' }).click();
  expect(start.mock.lastCall?.[0].stop).toEqual({ below: 0.01 });
});
