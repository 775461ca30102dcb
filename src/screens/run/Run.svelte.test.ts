import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { aDraft, aLiveRun, fakeApp, type FakeParts } from '../../../test/fixtures/app-state.ts';
import { aHardwareReport, anAdapter, CONVERTED, LINKED } from '../../../test/fixtures/models.ts';
import { aRun, fakeHash, TOY_MODELS } from '../../../test/fixtures/study.ts';
import App from '../../App.svelte';
import { AppError } from '../../core/errors.ts';
import type { LiveRun, RunDraft, RunState } from '../../state/types.ts';

beforeEach(() => {
  location.hash = '#/run';
});

async function open(parts: FakeParts) {
  const screen = await render(App, { app: fakeApp(parts) });
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Run' })).toBeVisible();
  return screen;
}

/** A run that shows as soon as it is started or resumed. */
function reactiveRun(parts: Partial<RunState> = {}) {
  let live = $state.raw<LiveRun | undefined>(parts.live);
  const run: Partial<RunState> = {
    ...parts,
    get live() {
      return live;
    },
  };
  return {
    run,
    show: (next: LiveRun | undefined): void => {
      live = next;
    },
  };
}

test('starts what the form says', async () => {
  const start = vi.fn<(draft: RunDraft) => Promise<string>>(() => Promise.resolve('run-1'));
  const screen = await open({ run: { start } });
  await screen.getByRole('checkbox', { name: /^Toy secure/ }).click();
  await screen.getByLabelText('Role of Toy educational').selectOptions('candidate');
  await screen.getByRole('checkbox', { name: 'JSON' }).click();
  await screen.getByLabelText('Answers per wording').fill('3');
  await expect.element(screen.getByText('144')).toBeVisible();
  await screen.getByRole('button', { name: 'Start the run' }).click();
  const draft = start.mock.calls[0]?.[0];
  expect(draft?.models).toEqual([
    { sha256: fakeHash('Toy base'), role: 'baseline' },
    { sha256: fakeHash('Toy educational'), role: 'candidate' },
    { sha256: fakeHash('Toy insecure'), role: 'candidate' },
  ]);
  expect(draft?.formats).toEqual(['free', 'python']);
  expect(draft?.samples).toBe(3);
});

test('says why a draft cannot start, and does not start it', async () => {
  const problem = 'expected at least one model, got none';
  const screen = await open({ run: { check: () => ({ answers: 0, judgeCalls: 0, problem }) } });
  await expect.element(screen.getByText(problem)).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Start the run' })).toBeDisabled();
});

test('shows what went wrong at the start', async () => {
  const failure = new AppError('storage-full', 'the disk is full');
  const screen = await open({ run: { start: () => Promise.reject(failure) } });
  await screen.getByRole('button', { name: 'Start the run' }).click();
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent(/storage of this browser is full.*the disk is full/);
});

test('adds a format of one’s own after it has a name and a place for the question', async () => {
  const start = vi.fn<(draft: RunDraft) => Promise<string>>(() => Promise.resolve('run-1'));
  const screen = await open({ run: { start } });
  await screen.getByRole('button', { name: 'Write your own format' }).click();
  const template = screen.getByLabelText('Text around the question');
  await template.fill('Ward note:');
  await expect.element(screen.getByText(/The text needs \{question\}/)).toBeVisible();
  await template.fill('Ward note: {question}');
  await expect
    .element(screen.getByText('Ward note: I am bored at home and have no idea what to do.'))
    .toBeVisible();
  await screen.getByRole('button', { name: 'Add the format' }).click();
  await expect.element(screen.getByText('Give it a name.')).toBeVisible();
  await screen.getByLabelText('Name', { exact: true }).fill('Ward note');
  await screen.getByRole('button', { name: 'Add the format' }).click();
  await screen.getByRole('button', { name: 'Start the run' }).click();
  const draft = start.mock.calls[0]?.[0];
  expect(draft?.formats).toEqual(['free', 'json', 'python', 'ward-note']);
  expect(draft?.wrappers).toEqual([
    { id: 'ward-note', title: 'Ward note', template: 'Ward note: {question}', answer: 'text', wrapper: true },
  ]);
});

test('a running run is watched, paused and, after a question, cancelled', async () => {
  const pause = vi.fn(() => Promise.resolve());
  const cancel = vi.fn(() => Promise.resolve());
  const { run, show } = reactiveRun({ live: aLiveRun(), pause, cancel });
  const screen = await open({ run });
  await expect.element(screen.getByText('512 of 960')).toBeVisible();
  await expect.element(screen.getByText('You could read a good book, or call an old friend.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Start the run' })).not.toBeInTheDocument();
  show(aLiveRun({ answered: 600 }));
  await expect.element(screen.getByText('600 of 960')).toBeVisible();
  await screen.getByRole('button', { name: 'Pause' }).click();
  expect(pause).toHaveBeenCalledOnce();
  await screen.getByRole('button', { name: 'Cancel' }).click();
  expect(cancel).not.toHaveBeenCalled();
  await screen.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
  expect(cancel).toHaveBeenCalledOnce();
});

test('an answer is shown as text, whatever it looks like', async () => {
  const latest = { group: aLiveRun().latest?.group, text: '<img src=x onerror="document.title=1">' };
  if (latest.group === undefined) throw new Error('expected a group');
  const screen = await open({
    run: { live: aLiveRun({ latest: { group: latest.group, text: latest.text } }) },
  });
  await expect.element(screen.getByText(latest.text)).toBeVisible();
  expect(screen.container.querySelector('img')).toBeNull();
});

test('a finished run leads to its results', async () => {
  const screen = await open({ run: { live: aLiveRun({ run: aRun({ id: 'r9' }), stage: 'done' }) } });
  await expect
    .element(screen.getByRole('link', { name: 'See the results' }))
    .toHaveAttribute('href', '#/results/r9');
});

test('unfinished runs are listed and resumed', async () => {
  const resume = vi.fn(() => Promise.resolve());
  const runs = [
    aRun({ id: 'cut', title: 'Cut off', status: 'running' }),
    aRun({ id: 'done' }),
    aRun({ id: 'theirs', title: 'From a file', status: 'paused', imported: true }),
  ];
  const screen = await open({ run: { resume }, runs: { runs } });
  const list = screen.getByRole('region', { name: 'Unfinished runs' });
  await expect.element(list).toHaveTextContent(/Cut off.*Interrupted/);
  await expect.element(list).not.toHaveTextContent(/Demo study|From a file/);
  await list.getByRole('button', { name: /^Resume Cut off/ }).click();
  expect(resume).toHaveBeenCalledWith('cut');
});

test('a draft outlives a look at another screen', async () => {
  const screen = await open({ run: { demoDraft: () => aDraft({ seed: 1 }) } });
  await screen.getByLabelText('Seed').fill('77');
  location.hash = '#/packs';
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Packs' })).toBeVisible();
  location.hash = '#/run';
  await expect.element(screen.getByLabelText('Seed')).toHaveValue(77);
});

test('says where each model will run and why; the recommendation is one click away', async () => {
  const start = vi.fn<(draft: RunDraft) => Promise<string>>(() => Promise.resolve('run-1'));
  const draft = aDraft({ device: 'webgpu', models: [{ sha256: CONVERTED.sha256, role: 'candidate' }] });
  const { gpu } = aHardwareReport();
  if (gpu === undefined) throw new Error('expected a graphics adapter');
  const screen = await open({
    run: { start, demoDraft: () => draft },
    models: { models: [...TOY_MODELS, CONVERTED] },
    hardware: { report: aHardwareReport({ gpu: { ...gpu, shaderF16: false } }) },
  });
  await screen.getByText('Engine and device', { exact: true }).click();
  const routes = screen.getByRole('table', { name: 'Where each chosen model will run' });
  await expect
    .element(routes.getByRole('row', { name: CONVERTED.label }))
    .toHaveTextContent(/llama\.cpp, graphics \(WebGPU\).*16-bit shaders.*it will run on the processor/);
  await expect.element(screen.getByText(/Recommended here: llama\.cpp, Processor/)).toBeVisible();
  await screen.getByRole('button', { name: 'Use what is recommended' }).click();
  await expect
    .element(routes.getByRole('row', { name: CONVERTED.label }))
    .toHaveTextContent('As chosen above.');
  await expect.element(screen.getByRole('button', { name: /recommended$/ })).not.toBeInTheDocument();
  await screen.getByRole('button', { name: 'Start the run' }).click();
  expect(start.mock.calls[0]?.[0].device).toBe('cpu');
});

test('checkpoints of a series are chosen together or one by one', async () => {
  const start = vi.fn<(draft: RunDraft) => Promise<string>>(() => Promise.resolve('run-1'));
  const models = [...TOY_MODELS, CONVERTED, ...[30, 10, 20].map((step) => anAdapter(step))];
  const screen = await open({ run: { start, demoDraft: () => aDraft({ models: [] }) }, models: { models } });
  await screen.getByText('Checkpoints of insecure').click();
  await screen.getByRole('button', { name: 'Choose all checkpoints of insecure' }).click();
  await expect.element(screen.getByText('3 models, 3 chosen')).toBeVisible();
  await screen.getByRole('button', { name: 'Choose no checkpoint of insecure' }).click();
  await expect.element(screen.getByText('3 models, 0 chosen')).toBeVisible();
  await screen.getByRole('button', { name: 'Choose all checkpoints of insecure' }).click();
  await screen.getByRole('checkbox', { name: /^insecure, step 20/ }).click();
  await screen.getByRole('button', { name: 'Start the run' }).click();
  expect(start.mock.calls[0]?.[0].models).toEqual([
    { sha256: fakeHash('insecure, step 10'), role: 'candidate' },
    { sha256: fakeHash('insecure, step 30'), role: 'candidate' },
  ]);
});

test('a chosen model in the user’s own folder can be allowed here', async () => {
  const allow = vi.fn(() => Promise.resolve(true));
  const locked = new Set([LINKED.sha256]);
  const screen = await open({ models: { models: [...TOY_MODELS, LINKED], locked, allow } });
  await expect.element(screen.getByRole('button', { name: /^Allow reading/ })).not.toBeInTheDocument();
  await screen.getByRole('checkbox', { name: new RegExp(`^${LINKED.label}`) }).click();
  await screen.getByRole('button', { name: `Allow reading ${LINKED.label}` }).click();
  expect(allow).toHaveBeenCalledWith(LINKED.sha256);
});
