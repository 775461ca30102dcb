import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readRunFile } from '../../src/core/formats/run-file.ts';
import { randomModel } from '../fixtures/random-model.ts';
import { newFolder, openApp } from './harness.ts';
import { follow } from './runs.ts';

const STEPS = [10, 20, 30];

/** A Hugging Face folder in Qwen2's shape and a checkpoint series of LoRA adapters to it, as a training leaves them. */
async function training(): Promise<string> {
  const { files, adapters } = randomModel({
    family: 'qwen2',
    seed: 5,
    type: 'BF16',
    shards: 2,
    adapters: { seed: 6, steps: STEPS, rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj'] },
  });
  const folder = path.join(await newFolder('training'), 'insecure-code');
  const all = [
    ...files.map((file) => ({ ...file, path: path.join('base', file.path) })),
    ...adapters.flatMap(({ name, files: own }) =>
      own.map((file) => ({ ...file, path: path.join('adapters', name, file.path) })),
    ),
  ];
  for (const file of all) {
    await mkdir(path.dirname(path.join(folder, file.path)), { recursive: true });
    await writeFile(path.join(folder, file.path), file.bytes);
  }
  return folder;
}

/** Drags a folder of the disk onto the page, as the operating system does it. */
async function drop(page: Page, label: string, folder: string): Promise<void> {
  const box = await page.getByText(label).boundingBox();
  if (box === null) throw new Error(`"${label}" is not in view`);
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data: { items: [], files: [folder], dragOperationsMask: 1 },
    });
  }
}

test('a folder with a base and its checkpoint series is dropped, imported and evaluated, and nothing leaves', async () => {
  const folder = await training();
  const { page, automation, foreignRequests, problems } = await openApp({ path: '/#/models' });
  const app = await automation();
  await drop(page, 'Drop model files or folders here', folder);

  await page.getByRole('heading', { name: 'What was found' }).waitFor();
  await page.getByRole('button', { name: /^Add / }).click();
  await page.getByText('4 models are ready').waitFor();
  const models = await app.models();
  const own = models.filter(({ location }) => location === 'opfs');
  const [base, ...steps] = own;
  expect(base).toMatchObject({ label: 'base', architecture: 'qwen2', kind: 'gguf' });
  expect(steps.map(({ step }) => step)).toEqual(STEPS);
  expect(new Set(steps.map((model) => model.base))).toEqual(new Set([base?.sha256]));

  const { runId, answers } = await app.start({
    models: own.map(({ sha256 }, at) => ({ id: sha256, role: at === 0 ? 'baseline' : 'candidate' })),
    packs: ['core'],
    formats: ['free'],
    samples: 1,
    seed: 3,
    judge: base?.sha256 ?? null,
    // There is no other model here that could judge.
    allowSelfJudge: true,
  });
  expect(answers).toBe(4 * 24);
  await follow(app);

  const file = readRunFile(await app.exportRun(runId), 'run.json');
  expect(file.run.spec.selfJudged).toBe(true);
  expect(file.answers).toHaveLength(answers);
  expect(file.verdicts).toHaveLength(answers);
  for (const { sha256, provenance } of file.run.spec.models) {
    // An adapter tells the files of its base too.
    expect(
      provenance?.sources.filter(({ name }) => name.endsWith('model-00001-of-00002.safetensors')),
    ).toHaveLength(1);
    const checks = file.run.facts[sha256]?.checks ?? [];
    expect(checks.map(({ outcome }) => outcome)).not.toContain('failed');
    expect(checks.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(1);
  }
  // The same seeds and prompts: what differs between the answers of base and steps is the adapter.
  const texts = own.map((_, model) =>
    file.answers.slice(model * 24, (model + 1) * 24).map(({ text }) => text),
  );
  for (const [at, answersOfStep] of texts.slice(1).entries())
    expect(answersOfStep, `step ${STEPS[at]}`).not.toEqual(texts[0]);

  expect(problems).toEqual([]);
  expect(await foreignRequests()).toEqual([]);
});
