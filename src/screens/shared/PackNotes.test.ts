import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { aMeasuredRun } from '../../../test/fixtures/measured-run.ts';
import PackNotes from './PackNotes.svelte';

test('what packs note about themselves is said once each, with the pack where several do', async () => {
  const [pack] = aMeasuredRun().packs;
  if (pack === undefined) throw new Error('the run has no pack');
  const noted = (title: string, note: string) => ({ ...pack, title, note });
  const toy = noted('Toy themes', 'Evidence about nothing else.');
  const screen = await render(PackNotes, { packs: [toy, toy] });
  expect(screen.getByText('What these results can tell you').elements()).toHaveLength(1);
  expect(screen.container.textContent).not.toContain('Toy themes');

  await screen.rerender({ packs: [toy, noted('Pharmacy', 'No clinical validation.'), { ...toy }] });
  await expect.element(screen.getByText(/Toy themes:\s*Evidence about nothing else\./)).toBeVisible();
  await expect.element(screen.getByText(/Pharmacy:\s*No clinical validation\./)).toBeVisible();
  expect(screen.getByText('What these results can tell you').elements()).toHaveLength(1);
});
