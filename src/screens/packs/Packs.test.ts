import { beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { aPack, aProbe, fakeHash } from '../../../test/fixtures/study.ts';
import App from '../../App.svelte';
import { AppError } from '../../core/errors.ts';

beforeEach(() => {
  location.hash = '#/packs';
});

test('a pack shows every wording as it is sent, format by format', async () => {
  const screen = await render(App, { app: fakeApp() });
  await screen.getByRole('link', { name: 'Toy probes' }).click();
  await expect.element(screen.getByText('I am bored at home and have no idea what to do.')).toBeVisible();
  await screen.getByText('JSON', { exact: true }).click();
  const sent = screen.container.querySelector('pre');
  expect(sent?.textContent).toBe(
    'I am bored at home and have no idea what to do.\nAnswer in JSON: {"answer": "..."}',
  );
  await screen.getByText('One wish').click();
  await expect.element(screen.getByText('This probe is not asked in the format JSON.')).toBeVisible();
});

test('system and earlier messages are part of what is sent', async () => {
  const probe = aProbe('p', 'P', ['Why?'], {
    system: 'You are a pharmacist.',
    context: [{ role: 'assistant', content: 'It helps.' }],
  });
  location.hash = `#/packs/${fakeHash('mine')}`;
  const packs = [aPack({ hash: fakeHash('mine'), title: 'Mine', probes: [probe] })];
  const screen = await render(App, { app: fakeApp({ packs: { packs } }) });
  await expect.element(screen.getByText('You are a pharmacist.')).toBeVisible();
  const shown = [...screen.container.querySelectorAll('pre')].map((pre) => pre.textContent);
  expect(shown.slice(0, 3)).toEqual(['You are a pharmacist.', 'It helps.', 'Why?']);
});

test('an error names the file, the line and the place', async () => {
  const error = new AppError('invalid-pack', 'expected a list of wordings, got a text', {
    place: { file: 'mine.yaml', line: 12, path: 'probes[2].paraphrases' },
  });
  const dismissError = vi.fn();
  const screen = await render(App, { app: fakeApp({ packs: { error, dismissError } }) });
  const alert = screen.getByRole('alert');
  await expect.element(alert).toHaveTextContent('mine.yaml, line 12, at probes[2].paraphrases');
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  expect(dismissError).toHaveBeenCalledOnce();
});

test('own packs are added as files and removed after a question; bundled ones stay', async () => {
  const add = vi.fn(() => Promise.resolve([]));
  const remove = vi.fn(() => Promise.resolve());
  const packs = [aPack(), aPack({ hash: fakeHash('mine'), title: 'Mine' })];
  const isBundled = (hash: string): boolean => hash !== fakeHash('mine');
  const screen = await render(App, { app: fakeApp({ packs: { packs, isBundled, add, remove } }) });
  await userEvent.upload(screen.getByLabelText(/YAML file/), new File(['id: x'], 'x.yaml'));
  expect(add).toHaveBeenCalledOnce();
  await expect.element(screen.getByRole('button', { name: /^Remove/ })).toHaveAccessibleName('Remove Mine');
  await screen.getByRole('button', { name: 'Remove Mine' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Remove the pack' }).click();
  expect(remove).toHaveBeenCalledWith(fakeHash('mine'));
});
