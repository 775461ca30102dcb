import { beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../test/fixtures/app-state.ts';
import { aMeasurement, anAdapter, CONVERTED, LINKED } from '../../../test/fixtures/models.ts';
import { OWN_MODEL, TOY_MODELS } from '../../../test/fixtures/study.ts';
import App from '../../App.svelte';
import { AppError } from '../../core/errors.ts';
import type { ModelsState } from '../../state/types.ts';

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
  await card.getByText('Files and origin').click();
  await expect.element(card.getByText(OWN_MODEL.sha256)).toBeVisible();
  await card.getByRole('button', { name: /^Delete/ }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  expect(remove).not.toHaveBeenCalled();
  await card.getByRole('button', { name: /^Delete/ }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Delete the model' }).click();
  expect(remove).toHaveBeenCalledWith(OWN_MODEL.sha256);
});

test('files are looked into first; meanwhile there is progress that can be cancelled', async () => {
  const inspect = vi.fn<ModelsState['inspect']>(() => Promise.resolve());
  const idle = await render(App, { app: fakeApp({ models: { inspect } }) });
  await userEvent.upload(idle.getByLabelText(/model files or folders/), new File(['GGUF'], 'x.gguf'));
  expect(inspect.mock.calls[0]?.[0].map(({ path }) => path)).toEqual(['x.gguf']);
  await idle.unmount();
  const cancelAdding = vi.fn();
  const adding = { what: 'Copying x.gguf', fraction: 0.4, leftMs: 21_000 };
  const busy = await render(App, { app: fakeApp({ models: { adding, cancelAdding } }) });
  await expect.element(busy.getByText('about 20 s left')).toBeVisible();
  await busy.getByRole('button', { name: 'Cancel' }).click();
  expect(cancelAdding).toHaveBeenCalledOnce();
});

test('a card tells where a model comes from, with every file that was handed in', async () => {
  const screen = await render(App, { app: fakeApp({ models: { models: [CONVERTED] } }) });
  const card = screen.getByRole('article', { name: CONVERTED.label });
  await expect.element(card).toHaveTextContent(/Memory about 684 MB/);
  await card.getByText('Files and origin').click();
  for (const text of [
    /safetensors BF16 to GGUF Q8_0/,
    /by A\. Keller, on 20 Jul 2026/,
    /Hugging Face folder/,
  ])
    await expect.element(card).toHaveTextContent(text);
  const files = card.getByRole('region', { name: /^Files handed in/ });
  for (const { name, sha256 } of CONVERTED.provenance?.sources ?? [])
    await expect.element(files).toHaveTextContent(new RegExp(`${name}.*${sha256}`));
});

test('checkpoints of a series stand under one heading in the order of their steps, each with its base', async () => {
  const models = [CONVERTED, ...[30, 10, 20].map((step) => anAdapter(step))];
  const error = new AppError('invalid-option', 'three adapters are on this base; delete them first');
  const screen = await render(App, { app: fakeApp({ models: { models, error } }) });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('three adapters are on this base');
  const series = screen.getByRole('region', { name: 'Checkpoints of insecure' });
  await expect.element(series).toHaveTextContent(/3 checkpoints, steps 10, 20, 30/);
  await series.getByText('The checkpoints of insecure').click();
  const cards = series.getByRole('article');
  await expect.element(cards.nth(0)).toHaveTextContent(/step 10.*Adapter \(LoRA\).*base Qwen2 0\.5B, 8-bit/);
  await expect.element(cards.nth(2)).toHaveTextContent('insecure, step 30');
});

test('an adapter whose base is gone says so', async () => {
  const screen = await render(App, { app: fakeApp({ models: { models: [anAdapter(10)] } }) });
  const card = screen.getByRole('article', { name: 'insecure, step 10' });
  await expect.element(card).toHaveTextContent(/Its base is not on this device.*Memory unknown/);
});

test('a model in the user’s own folder asks for permission where there is none, and says what came of it', async () => {
  const allow = vi.fn(() => Promise.resolve(false));
  const locked = new Set([LINKED.sha256]);
  const screen = await render(App, { app: fakeApp({ models: { models: [LINKED], locked, allow } }) });
  const card = screen.getByRole('article', { name: LINKED.label });
  await card.getByRole('button', { name: /^Allow reading/ }).click();
  expect(allow).toHaveBeenCalledWith(LINKED.sha256);
  await expect.element(card).toHaveTextContent(/did not allow reading/);
  await card.getByRole('button', { name: /^Delete/ }).click();
  await expect.element(screen.getByRole('dialog')).toHaveTextContent('files in your folder are not touched');
});

test('a model in a folder that can be read asks for nothing; one on a base that cannot be read asks for the base', async () => {
  const readable = await render(App, { app: fakeApp({ models: { models: [LINKED] } }) });
  await expect.element(readable.getByRole('article', { name: LINKED.label })).toBeVisible();
  await expect.element(readable.getByRole('button', { name: /^Allow reading/ })).not.toBeInTheDocument();
  await readable.unmount();
  const base = { ...LINKED, kind: 'gguf' } as const;
  const adapter = { ...anAdapter(10), base: base.sha256 };
  const models = { models: [base, adapter], locked: new Set([base.sha256]) };
  const screen = await render(App, { app: fakeApp({ models }) });
  const card = screen.getByRole('article', { name: adapter.label });
  await expect.element(card.getByRole('button', { name: `Allow reading ${base.label}` })).toBeVisible();
});

test('speed is measured on request, shown with its progress, and kept on the card', async () => {
  const measure = vi.fn(() => Promise.resolve());
  const models = { models: [CONVERTED] };
  const before = await render(App, { app: fakeApp({ models, hardware: { measure } }) });
  await before.getByRole('button', { name: /^Measure the speed/ }).click();
  expect(measure).toHaveBeenCalledWith(CONVERTED.sha256);
  await before.unmount();
  const cancelMeasuring = vi.fn();
  const measuring = { what: 'Measuring Qwen2 0.5B', fraction: 0.5 };
  const hardware = { measuring, cancelMeasuring, measured: [aMeasurement()] };
  const during = await render(App, { app: fakeApp({ models, hardware }) });
  await expect.element(during.getByRole('button', { name: /^Measure the speed/ })).toBeDisabled();
  await expect
    .element(during.getByRole('article', { name: CONVERTED.label }))
    .toHaveTextContent(
      /llama\.cpp, graphics \(WebGPU\): reads 2,310 tokens\/s; writes 96\.2 tokens\/s alone/,
    );
  await during.getByRole('button', { name: 'Cancel' }).click();
  expect(cancelMeasuring).toHaveBeenCalledOnce();
});

test('a full disk comes with advice', async () => {
  const error = new AppError('storage-full', 'x.gguf needs 4.7 GB, 1.2 GB are left');
  const screen = await render(App, { app: fakeApp({ models: { error } }) });
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent(/1\.2 GB are left.*Delete models or old runs/);
});
