import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { fakeApp } from '../../../../test/fixtures/app-state.ts';
import { aFind, aHardwareReport, aReview, aTarget, CONVERTED } from '../../../../test/fixtures/models.ts';
import App from '../../../App.svelte';
import type { ModelsState, Review } from '../../../state/types.ts';

beforeEach(() => {
  location.hash = '#/models';
});

async function open(review: Review, models: Partial<ModelsState> = {}, memoryBytes?: number) {
  const accept = vi.fn<ModelsState['accept']>(() => Promise.resolve([]));
  const report = aHardwareReport(memoryBytes === undefined ? {} : { memoryBytes });
  const app = fakeApp({ models: { review, accept, ...models }, hardware: { report } });
  const screen = await render(App, { app });
  await expect.element(screen.getByRole('heading', { name: 'What was found' })).toHaveFocus();
  return { screen, accept };
}

test('says what was found, what is missing, and adds the best of everything else', async () => {
  const { screen, accept } = await open(aReview({ importedBy: 'A. Keller' }));
  const base = screen.getByRole('article', { name: 'Qwen2-0.5B' });
  await expect.element(base).toHaveTextContent(/Hugging Face folder.*qwen2.*494\.0 million.*BF16.*32,768/);
  const broken = screen.getByRole('article', { name: 'phi3-mlc' });
  await expect.element(broken).toHaveTextContent(/Cannot be added.*expected one \.wasm file/);
  await expect.element(broken.getByRole('checkbox')).toBeDisabled();
  await screen.getByText('Files that belong to nothing').click();
  await expect.element(screen.getByText('a log of the training', { exact: false })).toBeVisible();
  await screen.getByRole('button', { name: 'Add 4 models' }).click();
  const [choices, options] = accept.mock.calls[0] ?? [];
  expect(choices?.map(({ id, target, base: on }) => [id, target.to, target.quantisation, on?.label])).toEqual(
    [
      ['Qwen2-0.5B', 'gguf', 'Q8_0', undefined],
      ['checkpoint-10', 'adapter', undefined, 'Qwen2-0.5B'],
      ['checkpoint-20', 'adapter', undefined, 'Qwen2-0.5B'],
      ['checkpoint-30', 'adapter', undefined, 'Qwen2-0.5B'],
    ],
  );
  expect(options).toEqual({ importedBy: 'A. Keller', link: false });
});

test('one choice holds for a whole series; steps can be left out; another base can be taken', async () => {
  const { screen, accept } = await open(aReview());
  const series = screen.getByRole('article', { name: 'insecure', exact: true });
  await series.getByRole('checkbox', { name: 'insecure, step 20' }).click();
  await expect.element(series).toHaveTextContent('2 of 3 checkpoints are chosen');
  await series.getByRole('combobox', { name: 'Base' }).selectOptions('Qwen2 0.5B, 8-bit (on this device)');
  await screen.getByRole('checkbox', { name: 'Add Qwen2-0.5B' }).click();
  await screen.getByLabelText('Imported by').fill('  B. Roth ');
  await screen.getByRole('button', { name: 'Add 2 models' }).click();
  const [choices, options] = accept.mock.calls[0] ?? [];
  expect(choices?.map(({ id, target, base }) => [id, target.to, base?.label])).toEqual([
    ['checkpoint-10', 'adapter', 'Qwen2 0.5B, 8-bit'],
    ['checkpoint-30', 'adapter', 'Qwen2 0.5B, 8-bit'],
  ]);
  expect(options?.importedBy).toBe('B. Roth');
});

test('an adapter tells the memory of itself with the base that it is put on, as that becomes', async () => {
  const { screen } = await open(aReview(), { models: [CONVERTED] });
  const series = screen.getByRole('article', { name: 'insecure', exact: true });
  const adapter = series.getByRole('listitem').filter({ hasText: 'Put on its base while it runs' });
  await expect.element(adapter).toHaveTextContent('about 919 MB in memory'); // 910 MB of 8 bits and 8.7 MB
  const base = screen.getByRole('article', { name: 'Qwen2-0.5B' });
  await base.getByRole('radio', { name: /^Convert to GGUF.*16/ }).click();
  await expect.element(adapter).toHaveTextContent('about 1.4 GB in memory'); // 1370 MB of 16 bits and 8.7 MB
  await series.getByRole('combobox', { name: 'Base' }).selectOptions('Qwen2 0.5B, 8-bit (on this device)');
  // 530 MB and a tenth of it, 6144 x 4 bytes for each of 4096 tokens, and 8.7 MB.
  await expect.element(adapter).toHaveTextContent('about 692 MB in memory');
});

test('a series is merged with the folder of its base only', async () => {
  const { screen, accept } = await open(aReview());
  const series = screen.getByRole('article', { name: 'insecure', exact: true });
  await series.getByRole('radio', { name: /^Merge into its base, 8-bit/ }).click();
  const bases = series.getByRole('combobox', { name: 'Base' });
  await bases.selectOptions('Qwen2 0.5B, 8-bit (on this device)');
  await expect.element(series.getByText(/Merging needs the Hugging Face folder/)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Add 4 models' })).toBeDisabled();
  await bases.selectOptions('Qwen2-0.5B (in what you dropped)');
  await screen.getByRole('button', { name: 'Add 4 models' }).click();
  const merges = accept.mock.calls[0]?.[0].filter(({ target }) => target.to === 'merged');
  expect(merges?.map(({ base }) => base?.label)).toEqual(['Qwen2-0.5B', 'Qwen2-0.5B', 'Qwen2-0.5B']);
});

test('all steps are left out and taken again with one box', async () => {
  const { screen } = await open(aReview());
  await screen.getByRole('checkbox', { name: 'All checkpoints of insecure' }).click();
  await expect.element(screen.getByRole('button', { name: 'Add 1 model' })).toBeVisible();
  await screen.getByRole('checkbox', { name: 'All checkpoints of insecure' }).click();
  await expect.element(screen.getByRole('button', { name: 'Add 4 models' })).toBeVisible();
});

test('an adapter whose base is left out is not added without it', async () => {
  const { screen } = await open(aReview());
  await screen.getByRole('checkbox', { name: 'Add Qwen2-0.5B' }).click();
  await expect.element(screen.getByText(/Its base Qwen2-0\.5B is left out/)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Add 3 models' })).toBeDisabled();
});

test('what does not fit is marked, with what to do, and not added', async () => {
  const found = [
    aFind('large', {
      kind: 'hugging-face',
      targets: [
        aTarget({ to: 'gguf', quantisation: 'F16', diskBytes: 14e9, memoryBytes: 15e9 }),
        aTarget({ to: 'gguf', quantisation: 'Q8_0', diskBytes: 8e9, memoryBytes: 8.5e9 }),
        aTarget({ to: 'gguf', quantisation: 'Q4_0', diskBytes: 4e9, memoryBytes: 4.2e9 }),
      ],
    }),
  ];
  const { screen } = await open(aReview({ found, freeBytes: 9e9 }), {}, 4 * 2 ** 30);
  const card = screen.getByRole('article', { name: 'large' });
  await expect.element(card).toHaveTextContent(/Does not fit.*Needs 14\.0 GB of storage, 9\.0 GB are free/);
  await expect.element(card).toHaveTextContent(/Needs 8\.5 GB of memory, this device has about 4\.3 GB/);
  const add = screen.getByRole('button', { name: 'Add 1 model' });
  await expect.element(card.getByRole('radio', { name: /4-bit.*recommended/ })).toBeChecked();
  await expect.element(add).toBeEnabled();
  await card.getByRole('radio', { name: /16-bit/ }).click();
  await expect.element(add).toBeDisabled();
});

test('a folder is read where it lies where that is possible, and takes no room', async () => {
  const found = [aFind('qwen-mlc', { kind: 'mlc', paths: ['qwen-mlc/lib.wasm'], weights: 'q4f32_1' })];
  const { screen, accept } = await open(aReview({ found, freeBytes: 1e6, canLink: true }));
  await expect.element(screen.getByText('MLC folder with its model library')).toBeVisible();
  const add = screen.getByRole('button', { name: 'Add 1 model' });
  await expect.element(add).toBeDisabled();
  await screen.getByRole('checkbox', { name: /^Read it where it lies/ }).click();
  await add.click();
  expect(accept.mock.calls[0]?.[1]).toEqual({ link: true });
});

test('without a model, says what Assay reads; both ways out lead back', async () => {
  const dismissReview = vi.fn();
  const { screen } = await open(aReview({ found: [] }), { dismissReview });
  await expect.element(screen.getByText('There is no model in it')).toBeVisible();
  await screen.getByRole('button', { name: 'Choose something else' }).click();
  expect(dismissReview).toHaveBeenCalledOnce();
});

test('what was added is said', async () => {
  const found = [aFind('x.gguf')];
  const { screen, accept } = await open(aReview({ found, unused: [] }));
  accept.mockResolvedValue(fakeApp().models.models.slice(0, 1));
  await screen.getByRole('button', { name: 'Add 1 model' }).click();
  await expect.element(screen.getByText('1 model is ready')).toBeVisible();
});
