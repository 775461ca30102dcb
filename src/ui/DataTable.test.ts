import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import DataTable from './DataTable.svelte';

test('columns of one name, as other people’s labels may make them, stand side by side', async () => {
  const columns = ['Model', 'Points', 'Points'].map((label) => ({ label }));
  const cells = ['m', '1', '2'].map((text) => ({ text }));
  const screen = await render(DataTable, { caption: 'Games', columns, rows: [{ key: 'm', cells }] });
  expect(screen.getByRole('columnheader', { name: 'Points' }).elements()).toHaveLength(2);
  expect(
    screen
      .getByRole('cell')
      .elements()
      .map((cell) => cell.textContent.trim()),
  ).toEqual(['1', '2']);
});
