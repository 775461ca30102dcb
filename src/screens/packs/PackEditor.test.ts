import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { parsePack, readPack } from '../../core/pack/parse.ts';
import App from '../../App.svelte';

const SOURCE = `# of ours
id: mine
title: Mine
version: '1'
formats: [free]
probes:
  - id: a
    paraphrases: [What is a good day?]
`;
const pack = parsePack(SOURCE, 'mine.yaml');
const save = vi.fn((source: string, file: string) => Promise.resolve(readPack(source, file).pack));

beforeEach(() => {
  save.mockClear();
  location.hash = `#/packs/${pack.hash}`;
});

test('a copy is edited with its errors by line, and saved as a pack of its own', async () => {
  const screen = await render(App, { app: fakeApp({ packs: { packs: [pack] }, intake: { save } }) });
  await screen.getByRole('link', { name: 'Edit a copy' }).click();
  const text = screen.getByLabelText('The pack as YAML');
  await expect
    .element(text)
    .toHaveValue(
      SOURCE.replace('id: mine', 'id: mine-copy')
        .replace('Mine', 'Mine (copy)')
        .replace('[free]', '[ free ]')
        .replace('[What is a good day?]', '[ What is a good day? ]')
        .replace('id:', `# Copied from “Mine”, version 1, SHA-256 ${pack.hash}\nid:`),
    );
  await expect.element(screen.getByText('It is a pack.')).toBeVisible();
  await text.fill(SOURCE.replace('paraphrases', 'paraphases'));
  await expect.element(screen.getByText(/mine\.yaml:8: probes\[0\]\.paraphases/)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Save as a new pack' })).toBeDisabled();
  await screen.getByRole('button', { name: 'Go to line 8' }).click();
  await expect.element(text).toHaveFocus();
  const changed = SOURCE.replace('good day', 'fair price');
  await text.fill(changed);
  await expect.element(screen.getByText('What is a fair price?', { exact: true })).toBeVisible();
  await screen.getByRole('button', { name: 'Save as a new pack' }).click();
  await vi.waitFor(() => {
    expect(save).toHaveBeenCalledWith(changed, 'mine.yaml');
    expect(location.hash).toBe(`#/packs/${parsePack(changed, 'x').hash}`);
  });
});

test('all probes are wrapped in a prompt of the user’s', async () => {
  const screen = await render(App, { app: fakeApp({ packs: { packs: [pack] }, intake: { save } }) });
  await screen.getByRole('link', { name: 'Wrap all probes' }).click();
  await screen.getByLabelText('Name').fill('Ward');
  await screen.getByLabelText('System message').fill('You work on a ward.');
  await screen.getByLabelText('Text around the question').fill('ORDER {question} END');
  await expect.element(screen.getByText('ORDER What is a good day? END', { exact: true })).toBeVisible();
  await screen.getByRole('button', { name: 'Add the format' }).click();
  await screen.getByText('Also in the pack’s own').click();
  await screen.getByRole('button', { name: 'Make a pack of 1 probe' }).click();
  await vi.waitFor(() => {
    expect(save).toHaveBeenCalledOnce();
  });
  const made = parsePack(save.mock.calls[0]?.[0] ?? '', 'made.yaml');
  expect(made).toMatchObject({ id: 'mine-wrapped', title: 'Mine, wrapped' });
  expect(made.formats.map(({ template, system }) => [template, system])).toEqual([
    ['{question}', undefined],
    ['ORDER {question} END', 'You work on a ward.'],
  ]);
});
