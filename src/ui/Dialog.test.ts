import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Dialog from './Dialog.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>It stops for good.</p>' }));

function opener(): HTMLButtonElement {
  const button = document.createElement('button');
  button.textContent = 'Open';
  document.body.append(button);
  button.focus();
  return button;
}

test('opens as modal with its title as name, and gives the focus back when it goes', async () => {
  const button = opener();
  const screen = await render(Dialog, { open: true, title: 'Cancel this run?', onclose: vi.fn(), children });
  const dialog = screen.getByRole('dialog', { name: 'Cancel this run?' });
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().contains(document.activeElement)).toBe(true);
  await screen.rerender({ open: false });
  await expect.element(dialog).not.toBeInTheDocument();
  expect(document.activeElement).toBe(button);
  button.remove();
});

test('Escape and the close button ask to close', async () => {
  const onclose = vi.fn();
  const screen = await render(Dialog, { open: true, title: 'T', onclose, children });
  await screen.getByRole('button', { name: 'Close' }).click();
  expect(onclose).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => onclose.mock.calls.length).toBe(2);
});
