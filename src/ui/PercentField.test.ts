import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import PercentField from './PercentField.svelte';

test('passes on shares of its open range; an empty field is none only where it may be', async () => {
  const onchange = vi.fn();
  const screen = await render(PercentField, { label: 'Upper end, %', value: 0.01, below: 50, onchange });
  const input = screen.getByLabelText('Upper end, %');
  await expect.element(input).toHaveValue(1);
  for (const wrong of ['0', '50', '']) {
    await input.fill(wrong);
    await expect.element(screen.getByText('Expected a number above 0 and below 50.')).toBeVisible();
  }
  expect(onchange).not.toHaveBeenCalled();
  await input.fill('2.5');
  expect(onchange.mock.calls).toEqual([[0.025]]);
  await expect.element(input).toHaveAttribute('aria-invalid', 'false');

  await screen.rerender({ optional: true });
  await input.fill('');
  expect(onchange.mock.calls.at(-1)).toEqual([undefined]);
});
