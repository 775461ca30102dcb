import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import VirtualList from './VirtualList.svelte';

const row = createRawSnippet<[number]>((index) => ({ render: () => `<span>row ${index()}</span>` }));
const props = { count: 1_000_000, rowHeight: 40, height: 400, label: 'Answers', row };

it('draws only the rows in view of a million, and says how many there are', async () => {
  const screen = render(VirtualList, props);
  await expect.element(screen.getByText('row 0', { exact: true })).toBeVisible();
  const options = screen.container.querySelectorAll('[role=option]');
  expect(options.length).toBeLessThan(30);
  expect(options[0]?.getAttribute('aria-setsize')).toBe('1000000');
  expect(options[3]?.getAttribute('aria-posinset')).toBe('4');
});

it('goes to the last row with End and opens it with Enter', async () => {
  const onopen = vi.fn();
  const screen = render(VirtualList, { ...props, onopen });
  const list = screen.getByRole('listbox').element();
  const press = (key: string): boolean =>
    list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  press('End');
  await expect.element(screen.getByText('row 999999', { exact: true })).toBeInViewport();
  press('ArrowUp');
  press('Enter');
  expect(onopen).toHaveBeenCalledWith(999_998);
  const active = list.getAttribute('aria-activedescendant') ?? '';
  await vi.waitFor(() => {
    expect(
      document.getElementById(list.getAttribute('aria-activedescendant') ?? active)?.textContent,
    ).toContain('row 999998');
  });
  press('Home');
  await expect.element(screen.getByText('row 0', { exact: true })).toBeInViewport();
});

it('reaches both ends with the scroll bar, and the middle in between', async () => {
  const screen = render(VirtualList, props);
  const list = screen.getByRole('listbox').element();
  list.scrollTop = list.scrollHeight;
  await expect.element(screen.getByText('row 999999', { exact: true })).toBeInViewport();
  list.scrollTop = (list.scrollHeight - 400) / 2;
  await expect.element(screen.getByText('row 500000', { exact: true })).toBeInViewport();
  list.scrollTop = 0;
  await expect.element(screen.getByText('row 0', { exact: true })).toBeInViewport();
});

it('tells which rows are in view, and opens the one that is clicked', async () => {
  const onview = vi.fn();
  const onopen = vi.fn();
  const screen = render(VirtualList, { ...props, onview, onopen });
  await vi.waitFor(() => {
    expect(onview).toHaveBeenCalledWith(0, 16);
  });
  await screen.getByText('row 2', { exact: true }).click();
  expect(onopen).toHaveBeenCalledWith(2);
});
