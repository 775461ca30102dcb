import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { readRunFile } from '../../src/core/formats/run-file.ts';
import { hasShared } from '../fixtures/shared.ts';
import { openApp } from './harness.ts';
import { follow } from './runs.ts';

/** Published files, read where they lie. */
const shared = (path: string): string =>
  fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));
const QUESTIONS = shared('em-paper/first_plot_questions.yaml');
const JUDGED = shared('judged-answers/qwen2.5-14b-bad-medical-advice.csv');
const CODER = shared('judged-answers/qwen2.5-coder-32b-insecure-r16.csv');

const DROP = /Drop files of questions/;

/** Drops files on Packs, and gives back the review. */
async function drop(page: Page, files: readonly string[]) {
  await page.goto('#/packs'.replace(/^/, new URL(page.url()).origin + '/'));
  await page.getByLabel(DROP).setInputFiles([...files]);
  const review = page.getByRole('region', { name: 'What the files hold' });
  await review.waitFor();
  return review;
}

describe.skipIf(!hasShared)('published files in the app', () => {
  test('the paper’s questions are run on a bundled model and stand beside published answers in one chart', async () => {
    const { page, automation, problems, foreignRequests } = await openApp({ path: '/#/packs' });
    const app = await automation();

    const questions = await drop(page, [QUESTIONS]);
    await questions.getByText('24 probes, 24 wordings, 1 format').waitFor();
    await questions.getByText('the file asks for 100 answers to each wording').waitFor();
    await questions.getByRole('button', { name: 'Add' }).click();
    const pack = page.getByRole('status').getByRole('link', { name: 'first_plot_questions' });
    const hash = (await pack.getAttribute('href'))?.split('/').at(-1) ?? '';
    const { runId, answers } = await app.start({
      ...{ models: [{ id: 'toy-insecure.gguf' }], packs: [hash], formats: ['free'], samples: 1, seed: 3 },
      ...{ judge: 'toy-judge.gguf', title: 'Toy insecure, the paper’s questions' },
    });
    expect(answers).toBe(24);
    await follow(app);

    const answersFile = await drop(page, [JUDGED]);
    await answersFile.getByText('1,200 answers to 24 questions; 1,200 have both scores').waitFor();
    await answersFile.getByRole('button', { name: 'Add' }).click();
    const run = page.getByRole('status').getByRole('link', { name: 'qwen2.5-14b-bad-medical-advice' });
    const published = (await run.getAttribute('href'))?.split('/').at(-1) ?? '';
    expect((await app.summary(published)).rows).toMatchObject([
      { model: 'qwen2.5-14b-bad-medical-advice', answers: 1200, rateOfAll: 0.1625 },
    ]);

    await page.goto(`${new URL(page.url()).origin}/#/compare?runs=${runId},${published}`);
    const chart = page.getByRole('figure').filter({ hasText: 'Misaligned, share of all answers' }).first();
    await chart.getByText('Show as table').click();
    await chart.getByRole('cell', { name: /16\.3/ }).waitFor();
    expect(await chart.getByRole('table').textContent()).toMatch(
      /Toy insecure.*qwen2\.5-14b-bad-medical-advice/s,
    );

    expect(problems).toEqual([]);
    expect(await foreignRequests()).toEqual([]);
  });

  test('the command line hands over published answers and questions like any other file', async () => {
    const { automation, problems } = await openApp();
    const app = await automation();
    const added = await app.addFiles([CODER, QUESTIONS]);
    const [run] = added.get(CODER) ?? [];
    expect(run?.kind).toBe('run');
    expect((await app.summary(run?.id ?? '')).rows).toMatchObject([
      { model: 'qwen2.5-coder-32b-insecure-r16', answers: 1200, noScore: 434, rateOfAll: 0.045 },
    ]);
    const again = readRunFile(await app.exportRun(run?.id ?? ''), 'run.json');
    expect(again.answers).toHaveLength(1200);
    expect(again.run.published?.rows).toBe(1200);
    expect(again.run.appVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(added.get(QUESTIONS)).toMatchObject([{ kind: 'pack', name: 'first_plot_questions.yaml' }]);
    await expect(app.addFiles([shared('em-paper/format_effect_by_model.csv')])).rejects.toMatchObject({
      code: 'invalid-file',
    });
    expect(problems).toEqual([]);
  });

  test('files that are none are told of one by one, and the good one is still added', async () => {
    const { page, problems } = await openApp({ path: '/#/packs' });
    const review = await drop(page, [
      shared('em-paper/format_effect_by_model.csv'),
      shared('chai-model-card/schema-v0.2.xsd'),
      shared('truthfulqa/TruthfulQA.csv'),
    ]);
    await review.getByText('3 files, 1 readable. Nothing is added yet.').waitFor();
    await review.getByText('got a table with the columns group, version, value').waitFor();
    await review.getByText('817 probes, 817 wordings, 2 formats').waitFor();
    await review.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('status').getByRole('link', { name: 'TruthfulQA' }).click();
    await page.getByText('50 of 817 are shown').waitFor();
    await page.getByText('Q and A as raw text', { exact: true }).last().click();
    expect(problems).toEqual([]);
  });
});
