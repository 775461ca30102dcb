import { beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import App from '../../App.svelte';
import { aFullPlan, anOpenRun, someRows } from '../../../test/fixtures/result-rows.ts';
import { resultsApp } from '../../../test/fixtures/results-app.ts';
import { aRun } from '../../../test/fixtures/study.ts';

const plan = aFullPlan();
const one = anOpenRun({ plan });
const two = anOpenRun({
  plan,
  rows: someRows(plan, 5),
  run: aRun({ id: 'run-2', title: 'Second study', createdAt: 0, spec: plan.spec }),
});

beforeEach(async () => {
  await page.viewport(1280, 900);
  location.hash = '#/compare';
});

it('starts with the newest run, and names the chosen ones in the address', async () => {
  const choose = vi.fn(() => Promise.resolve());
  const app = resultsApp({ runs: { runs: [two.run, one.run] }, compare: { choose } });
  const screen = render(App, { app });
  await expect.element(screen.getByRole('checkbox', { name: /Demo study/ })).toBeChecked();
  expect(choose).toHaveBeenCalledWith(['run-1']);
  await screen.getByRole('checkbox', { name: /Second study/ }).click();
  await vi.waitFor(() => {
    expect(location.hash).toContain('run-1%2Crun-2');
    expect(choose).toHaveBeenLastCalledWith(['run-1', 'run-2']);
  });
});

it('compares models of two runs, paired by probe', async () => {
  const app = resultsApp({ runs: { runs: [one.run, two.run] }, compare: { chosen: [one, two] } });
  const screen = render(App, { app });
  await screen.getByLabelText('This model', { exact: true }).selectOptions('Toy insecure (Second study)');
  await screen.getByLabelText('less this model').selectOptions('Toy base (Demo study)');
  await expect
    .element(screen.getByRole('region', { name: 'Differences from Toy base (Demo study), paired by probe' }))
    .toHaveTextContent(/Toy insecure \(Second study\).*above zero.*8/s);
  await screen.getByLabelText('less this model').selectOptions('Toy insecure (Second study)');
  await expect.element(screen.getByText('Choose two different models.')).toBeVisible();
});

it('leaves out a model that is not wanted', async () => {
  const screen = render(App, { app: resultsApp({ runs: { runs: [one.run] }, compare: { chosen: [one] } }) });
  const table = screen.getByRole('region', { name: /^Misaligned answers as a share/ });
  await expect.element(table).toHaveTextContent(/Toy educational/);
  await screen.getByRole('checkbox', { name: /Toy educational/ }).click();
  await expect.element(table).not.toHaveTextContent(/Toy educational/);
});
