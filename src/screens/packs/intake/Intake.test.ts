import { beforeEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../../test/fixtures/app-state.ts';
import { emptyStore, intakeOver, JUDGED, LIST } from '../../../../test/fixtures/intake.ts';
import { aPack, fakeHash } from '../../../../test/fixtures/study.ts';
import App from '../../../App.svelte';

beforeEach(() => {
  location.hash = '#/packs';
});

const DROP = /Drop files of questions/;
const EARLIER = [aPack({ hash: fakeHash('old'), id: 'mine' })];

test('a drop is shown file by file, and only what is chosen is added', async () => {
  const store = emptyStore();
  const intake = intakeOver(store, EARLIER);
  const screen = await render(App, { app: { ...fakeApp(), intake } });
  await userEvent.upload(screen.getByLabelText(DROP), [
    new File([LIST], 'mine.yaml'),
    new File([JUDGED], 'model-base.csv'),
    new File(['hello'], 'letter.csv'),
    new File([new Uint8Array([0xff])], 'bytes.csv'),
  ]);
  await expect.element(screen.getByRole('heading', { name: 'What the files hold' })).toHaveFocus();
  await expect.element(screen.getByText('4 files, 2 readable. Nothing is added yet.')).toBeVisible();
  await expect.element(screen.getByText('What is a good day?')).toBeVisible();
  await expect.element(screen.getByText('A pack with the id mine is here already')).toBeVisible();
  await expect
    .element(screen.getByText('Line 3: [0].author: a field that Assay does not know'))
    .toBeVisible();
  await expect.element(screen.getByRole('cell', { name: 'baseline' })).toBeVisible();
  await expect.element(screen.getByText(/^letter.csv: expected a pack, TruthfulQA/)).toBeVisible();
  await expect.element(screen.getByText('bytes.csv, line 1', { exact: true })).toBeVisible();
  expect(await store.listPacks()).toEqual([]);
  await screen.getByRole('checkbox', { name: 'Add mine' }).click();
  await screen.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(screen.getByText(/a run: look at its results/)).toBeVisible();
  expect((await store.listRuns()).map(({ published }) => published?.rows)).toEqual([2]);
  expect((await store.listPacks()).map(({ id }) => id)).toEqual(['model-base']);
});

test('the same file again is there already and cannot be added', async () => {
  const store = emptyStore();
  const intake = intakeOver(store, EARLIER);
  const file = new File([JUDGED], 'model.csv');
  await intake.inspect([file]);
  await intake.accept(intake.review?.map(({ key }) => key) ?? []);
  const screen = await render(App, { app: { ...fakeApp(), intake } });
  await userEvent.upload(screen.getByLabelText(DROP), file);
  await expect.element(screen.getByText('The very same is on this device already.')).toBeVisible();
  await expect.element(screen.getByRole('checkbox', { name: 'Add model' })).toBeDisabled();
  await screen.getByRole('button', { name: 'Cancel' }).click();
  expect(screen.getByText('What the files hold').elements()).toEqual([]);
});
