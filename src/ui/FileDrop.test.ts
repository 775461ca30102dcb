import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { PlacedFile } from './dropped.ts';
import FileDrop from './FileDrop.svelte';

type OnFiles = (files: readonly PlacedFile[], folder?: FileSystemDirectoryHandle) => void;

const FILES = [new File(['a'], 'a.gguf'), new File(['b'], 'b.gguf')];

function dropOn(target: Element, files: readonly File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
}

function names(onfiles: ReturnType<typeof vi.fn<OnFiles>>): readonly string[][] {
  return onfiles.mock.calls.map(([files]) => files.map(({ path }) => path));
}

test('is reached by keyboard and named', async () => {
  const screen = await render(FileDrop, { label: 'Choose models', hint: 'GGUF only', onfiles: vi.fn() });
  await userEvent.keyboard('{Tab}');
  const input = screen.getByLabelText('Choose models', { exact: true });
  await expect.element(input).toHaveFocus();
  await expect.element(input).toHaveAccessibleDescription('GGUF only');
});

test('gives picked files, also the same one twice', async () => {
  const onfiles = vi.fn<OnFiles>();
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
  const onfiles = vi.fn<OnFiles>();
  const screen = await render(FileDrop, { label: 'Choose', onfiles });
  const area = screen.container.querySelector('label');
  if (area === null) throw new Error('expected a drop area');
  dropOn(area, FILES);
  await vi.waitFor(() => {
    expect(onfiles).toHaveBeenCalledTimes(1);
  });
  await screen.rerender({ multiple: false });
  dropOn(area, FILES);
  await vi.waitFor(() => {
    expect(onfiles).toHaveBeenCalledTimes(2);
  });
  await screen.rerender({ disabled: true });
  dropOn(area, FILES);
  await screen.rerender({ disabled: false });
  dropOn(area, []);
  await expect.element(screen.getByRole('alert')).toHaveTextContent('no file');
  expect(names(onfiles)).toEqual([['a.gguf', 'b.gguf'], ['a.gguf']]);
});

test('a folder is chosen through a handle, which comes with its files', async () => {
  const onfiles = vi.fn<OnFiles>();
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('picked', { create: true });
  const writer = await (await folder.getFileHandle('config.json', { create: true })).createWritable();
  await writer.write('{}');
  await writer.close();
  const choose = vi.spyOn(window, 'showDirectoryPicker').mockResolvedValue(folder);
  const screen = await render(FileDrop, { label: 'Choose', folders: true, onfiles });
  await screen.getByRole('button', { name: 'Choose a folder' }).click();
  await vi.waitFor(() => {
    expect(names(onfiles)).toEqual([['picked/config.json']]);
  });
  expect(onfiles.mock.calls[0]?.[1]).toBe(folder);
  choose.mockRejectedValue(new DOMException('closed', 'AbortError'));
  await screen.getByRole('button', { name: 'Choose a folder' }).click();
  choose.mockRejectedValue(new DOMException('not here', 'SecurityError'));
  await screen.getByRole('button', { name: 'Choose a folder' }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('not here');
  expect(onfiles).toHaveBeenCalledOnce();
  choose.mockRestore();
  await root.removeEntry('picked', { recursive: true });
});
