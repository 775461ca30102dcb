import { beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { OWN_MODEL, TOY_MODELS } from '../../../test/fixtures/study.ts';
import App from '../../App.svelte';
import { AppError } from '../../core/errors.ts';

beforeEach(() => {
  location.hash = '#/models';
});

test('bundled models say that they are toys; steps of a fine-tune stay out of the way', async () => {
  const screen = await render(App, { app: fakeApp() });
  await expect.element(screen.getByText('No models of your own yet')).toBeVisible();
  await expect.element(screen.getByText(/evidence about nothing else/)).toBeVisible();
  await expect.element(screen.getByRole('article', { name: 'Toy judge' })).toHaveTextContent(/Judge.*Toy/);
  await expect.element(screen.getByText('Toy insecure, step 10')).not.toBeInTheDocument();
  await screen.getByText('Steps of the fine-tunes').click();
  await expect.element(screen.getByRole('heading', { name: 'Toy insecure, step 10' })).toBeVisible();
});

test('an added model shows its facts and its whole SHA-256, and is deleted after a question', async () => {
  const remove = vi.fn(() => Promise.resolve());
  const screen = await render(App, {
    app: fakeApp({ models: { models: [...TOY_MODELS, OWN_MODEL], remove } }),
  });
  const card = screen.getByRole('article', { name: OWN_MODEL.label });
  await expect.element(card).toHaveTextContent(/494\.0 million.*Q4_K_M.*491 MB.*32,768 tokens.*qwen2/);
  await card.getByText('File', { exact: true }).click();
  await expect.element(card.getByText(OWN_MODEL.sha256)).toBeVisible();
  await card.getByRole('button', { name: /^Delete/ }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  expect(remove).not.toHaveBeenCalled();
  await card.getByRole('button', { name: /^Delete/ }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Delete the model' }).click();
  expect(remove).toHaveBeenCalledWith(OWN_MODEL.sha256);
});

test('files are added; meanwhile there is progress that can be cancelled', async () => {
  const add = vi.fn(() => Promise.resolve([]));
  const idle = await render(App, { app: fakeApp({ models: { add } }) });
  await userEvent.upload(idle.getByLabelText(/GGUF files/), new File(['GGUF'], 'x.gguf'));
  expect(add).toHaveBeenCalledOnce();
  await idle.unmount();
  const cancelAdding = vi.fn();
  const adding = { what: 'Copying x.gguf', fraction: 0.4, leftMs: 21_000 };
  const busy = await render(App, { app: fakeApp({ models: { adding, cancelAdding } }) });
  await expect.element(busy.getByText('about 20 s left')).toBeVisible();
  await busy.getByRole('button', { name: 'Cancel' }).click();
  expect(cancelAdding).toHaveBeenCalledOnce();
});

test('a full disk comes with advice', async () => {
  const error = new AppError('storage-full', 'x.gguf needs 4.7 GB, 1.2 GB are left');
  const screen = await render(App, { app: fakeApp({ models: { error } }) });
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent(/1\.2 GB are left.*Delete models or old runs/);
});
