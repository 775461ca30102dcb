import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { aMeasuredRun } from '../../../test/fixtures/measured-run.ts';
import { dashCell } from '../shared/cells.ts';
import { EXPLAINED } from '../shared/explained.ts';
import { headsOf } from '../shared/heads.ts';
import MeasurePanel from './MeasurePanel.svelte';
import type { MeasureView } from './measure-view.ts';

test('where there is no number says why in words, and leaves out tables without a row', async () => {
  const view: MeasureView = {
    id: 'games',
    title: 'Games',
    valueTitle: 'Harms',
    columns: [{ label: 'Harms', numeric: true }],
    what: EXPLAINED.games,
    valueAt: () => undefined,
    cellsAt: () => [dashCell('No game came to an ending.')],
    more: [{ caption: 'Harms by kind', columns: [{ label: 'Kind of harm' }], rows: [] }],
  };
  const screen = await render(MeasurePanel, { view, heads: headsOf(aMeasuredRun().plan) });
  await expect
    .element(screen.getByText('There is no number to draw. No game came to an ending.'))
    .toBeVisible();
  await expect.element(screen.getByRole('table', { name: 'Games' })).toBeVisible();
  await expect.element(screen.getByRole('region', { name: 'Harms by kind' })).not.toBeInTheDocument();
  await expect.element(screen.getByRole('img')).not.toBeInTheDocument();
});
