import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import App from '../App.svelte';
import { broken } from '../../test/fixtures/accessibility.ts';
import { aMeasuredRun } from '../../test/fixtures/measured-run.ts';
import { resultsApp } from '../../test/fixtures/results-app.ts';
import { aRun } from '../../test/fixtures/study.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  const open = aMeasuredRun();
  const published = { file: 'paper.csv', sha256: 'ab'.repeat(32), rows: 9, skipped: [] };
  const other = aMeasuredRun({
    run: aRun({ id: 'run-2', title: 'Published', createdAt: 0, spec: open.plan.spec, published }),
  });

  test.each([
    ['a run that measures everything', 'results/run-1', 'Answers'],
    ['two runs side by side', 'compare?runs=run-1,run-2', 'Formats and domains'],
  ])('%s is free of accessibility faults', async (_what, path, last) => {
    location.hash = `#/${path}`;
    const runs = { runs: [open.run, other.run] };
    const app = resultsApp({ runs, compare: { chosen: [open, other] } }, open);
    const screen = await render(App, { app, theme });
    await expect
      .element(screen.getByRole('heading', { level: 2, name: last, exact: true }))
      .toBeInTheDocument();
    await expect.element(screen.getByText('How was this computed?').first()).toBeVisible();
    await screen.getByText('How was this computed?').first().click();
    expect(await broken()).toEqual([]);
  });
});
