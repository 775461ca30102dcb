import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Notice from './Notice.svelte';

test('an error is an alert with what to do, and can be dismissed', async () => {
  const ondismiss = vi.fn();
  const children = createRawSnippet(() => ({ render: () => '<p>expected a list</p>' }));
  const screen = await render(Notice, {
    tone: 'error',
    title: 'This pack cannot be read',
    advice: 'Correct the file.',
    ondismiss,
    children,
  });
  const alert = screen.getByRole('alert');
  await expect
    .element(alert)
    .toHaveTextContent(/This pack cannot be read.*expected a list.*Correct the file\./);
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  expect(ondismiss).toHaveBeenCalledOnce();
});

test('a standing note is not read out by itself', async () => {
  const screen = await render(Notice, { tone: 'warn', title: 'Toys' });
  await expect.element(screen.getByText('Toys')).toBeVisible();
  expect(screen.container.querySelector('[role]')).toBeNull();
});
