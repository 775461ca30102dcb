import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { aLiveRun, fakeApp, type FakeParts } from '../test/fixtures/app-state.ts';
import { aRun } from '../test/fixtures/study.ts';
import App from './App.svelte';
import { AppError } from './core/errors.ts';

beforeEach(() => {
  location.hash = '#/';
});

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

async function open(parts: FakeParts = {}) {
  const screen = await render(App, { app: fakeApp(parts) });
  await expect.element(screen.getByRole('heading', { level: 1 })).toBeVisible();
  return screen;
}

test('the first visit offers one button, which starts the demo study and shows it', async () => {
  const start = vi.fn(() => Promise.resolve('run-1'));
  const screen = await open({ run: { start } });
  await expect.element(screen.getByText(/evidence about nothing else/)).toBeVisible();
  await screen.getByRole('button', { name: 'Run the demo study' }).click();
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Run' })).toBeVisible();
  expect(start).toHaveBeenCalledOnce();
  expect(location.hash).toBe('#/run');
});

test('a file that is dropped beside the place for it does not replace the app; a text goes where it is dropped', async () => {
  const screen = await open();
  const drop = (add: (data: DataTransfer) => void): boolean => {
    const dataTransfer = new DataTransfer();
    add(dataTransfer);
    const options = { bubbles: true, cancelable: true, dataTransfer };
    return ['dragover', 'drop'].some((type) =>
      screen.getByRole('main').element().dispatchEvent(new DragEvent(type, options)),
    );
  };
  expect(drop((data) => data.items.add(new File(['x'], 'a.gguf')))).toBe(false);
  expect(drop((data) => data.items.add('a text', 'text/plain'))).toBe(true);
});

test('a demo study that cannot start says why', async () => {
  const start = (): Promise<string> => Promise.reject(new AppError('storage-full', 'no room for the run'));
  const screen = await open({ run: { start } });
  await screen.getByRole('button', { name: 'Run the demo study' }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('no room for the run');
});

test.each(['Models', 'Packs', 'Run', 'Results', 'Compare', 'Device'])(
  '%s is one click away, and read out',
  async (name) => {
    const screen = await open();
    await screen.getByRole('navigation').getByRole('link', { name }).click();
    const heading = screen.getByRole('heading', { level: 1, name });
    await expect.element(heading).toHaveFocus();
    await expect.element(screen.getByRole('link', { name })).toHaveAttribute('aria-current', 'page');
    expect(document.title).toContain(name);
  },
);

test('an address that leads nowhere offers the way back', async () => {
  location.hash = '#/nowhere';
  const screen = await render(App, { app: fakeApp() });
  await expect.element(screen.getByRole('link', { name: 'Go to the start' })).toBeVisible();
});

test('the first key leads past the navigation', async () => {
  const screen = await open();
  await userEvent.keyboard('{Tab}');
  const skip = screen.getByRole('link', { name: 'Skip to the content' });
  await expect.element(skip).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('main')).toHaveFocus();
  expect(location.hash).toBe('#/');
});

test('a run is followed, paused and resumed from every screen', async () => {
  location.hash = '#/models';
  const pause = vi.fn(() => Promise.resolve());
  const running = await open({ run: { live: aLiveRun(), pause } });
  const bar = running.getByRole('region', { name: 'The run in progress' });
  await expect.element(bar).toHaveTextContent(/Demo study.*Running/);
  await bar.getByRole('button', { name: 'Pause' }).click();
  expect(pause).toHaveBeenCalledOnce();
  await running.unmount();
  const resume = vi.fn(() => Promise.reject(new AppError('storage-blocked', 'another tab drives it')));
  const paused = await open({ run: { live: aLiveRun({ run: aRun({ status: 'paused' }) }), resume } });
  await paused.getByRole('button', { name: 'Resume' }).click();
  expect(resume).toHaveBeenCalledWith('run-1');
  await expect.element(paused.getByRole('alert')).toHaveTextContent('another tab drives it');
});

test('the bar of a finished run can be put away', async () => {
  const screen = await open({ run: { live: aLiveRun({ run: aRun() }) } });
  const bar = screen.getByRole('region', { name: 'The run in progress' });
  await expect.element(bar.getByRole('link', { name: 'See the results' })).toBeVisible();
  await bar.getByRole('button', { name: 'Hide this bar' }).click();
  await expect.element(bar).not.toBeInTheDocument();
});

test('colours follow the choice, which is handed on to be kept', async () => {
  const ontheme = vi.fn();
  const screen = await render(App, { app: fakeApp(), theme: 'light', ontheme });
  expect(document.documentElement.dataset['theme']).toBe('light');
  await screen.getByText('Dark').click();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await screen.getByText('System').click();
  expect(document.documentElement.dataset['theme']).toBeUndefined();
  expect(ontheme.mock.calls).toEqual([['dark'], ['system']]);
});
