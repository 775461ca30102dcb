import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import NumberField from './NumberField.svelte';

test('passes on numbers of its range only, and says what it expects', async () => {
  const onchange = vi.fn();
  const screen = await render(NumberField, { label: 'Samples', value: 10, min: 1, max: 10_000, onchange });
  const input = screen.getByLabelText('Samples');
  for (const wrong of ['0', '10001', '2.5', '']) {
    await input.fill(wrong);
    await expect.element(screen.getByText('Expected a whole number from 1 to 10,000.')).toBeVisible();
    await expect.element(input).toHaveAttribute('aria-invalid', 'true');
  }
  expect(onchange).not.toHaveBeenCalled();
  await input.fill('25');
  expect(onchange.mock.calls).toEqual([[25]]);
  await expect.element(input).toHaveAttribute('aria-invalid', 'false');
});
