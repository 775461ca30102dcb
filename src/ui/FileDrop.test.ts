import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import FileDrop from './FileDrop.svelte';

const FILES = [new File(['a'], 'a.gguf'), new File(['b'], 'b.gguf')];

function dropOn(target: Element, files: readonly File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
}

function names(onfiles: ReturnType<typeof vi.fn<(files: readonly File[]) => void>>): readonly string[][] {
  return onfiles.mock.calls.map(([files]) => files.map((file) => file.name));
}

test('is reached by keyboard and named', async () => {
  const screen = await render(FileDrop, { label: 'Choose models', hint: 'GGUF only', onfiles: vi.fn() });
  await userEvent.keyboard('{Tab}');
  const input = screen.getByLabelText('Choose models', { exact: true });
  await expect.element(input).toHaveFocus();
  await expect.element(input).toHaveAccessibleDescription('GGUF only');
});

test('gives picked files, also the same one twice', async () => {
  const onfiles = vi.fn<(files: readonly File[]) => void>();
  const screen = await render(FileDrop, { label: 'Choose', onfiles });
  const input = screen.getByLabelText('Choose');
  await userEvent.upload(input, FILES);
  await userEvent.upload(input, FILES);
  expect(names(onfiles)).toEqual([
    ['a.gguf', 'b.gguf'],
    ['a.gguf', 'b.gguf'],
  ]);
});

test('gives dropped files; only the first where one is wanted; none while it is off', async () => {
  const onfiles = vi.fn<(files: readonly File[]) => void>();
  const screen = await render(FileDrop, { label: 'Choose', onfiles });
  const area = screen.container.querySelector('label');
  if (area === null) throw new Error('expected a drop area');
  dropOn(area, FILES);
  await screen.rerender({ multiple: false });
  dropOn(area, FILES);
  await screen.rerender({ disabled: true });
  dropOn(area, FILES);
  dropOn(area, []);
  expect(names(onfiles)).toEqual([['a.gguf', 'b.gguf'], ['a.gguf']]);
});
