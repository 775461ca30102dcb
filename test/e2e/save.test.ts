import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openApp } from './harness.ts';
import { follow } from './runs.ts';

const SMALL = {
  models: [{ id: 'toy-secure.gguf' }, { id: 'toy-insecure.gguf' }],
  packs: ['toy'],
  formats: ['free'],
  samples: 1,
  seed: 11,
  judge: 'toy-judge.gguf',
};

/** Presses the button and gives what the browser saved, with its name. */
async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).first().click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

describe('results leave the app under the policy of the page', () => {
  test('as pictures, tables and methods, without a request', async () => {
    const { page, automation, problems, foreignRequests } = await openApp();
    const app = await automation();
    const { runId } = await app.start(SMALL);
    await follow(app);
    await page.evaluate((id) => (location.hash = `#/results/${id}`), runId);

    const png = await saved(page, 'Save as PNG: Misaligned, share of all answers');
    expect(png.name).toBe('assay-misaligned-share-of-all-answers.png');
    expect(png.bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    // Width and height stand in the first chunk: twice what the page shows.
    expect(png.bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(2 * 640);
    expect(png.bytes.length).toBeGreaterThan(5000);

    const svg = (await saved(page, 'Save as SVG: Misaligned, share of all answers')).bytes.toString('utf8');
    expect(svg).toContain('>Toy insecure</text>');
    expect(svg).toMatch(/font-size="12"/);
    const shown = await page.evaluate((text) => {
      const file = new DOMParser().parseFromString(text, 'image/svg+xml');
      return {
        broken: file.querySelector('parsererror') !== null,
        patterns: file.querySelectorAll('pattern').length,
      };
    }, svg);
    expect(shown).toEqual({ broken: false, patterns: 1 });

    const csv = (await saved(page, 'Save as CSV: Counts')).bytes;
    expect(csv.toString('utf8')).toContain('Toy insecure,');

    await page.getByText('Methods', { exact: true }).click();
    const methods = await saved(page, 'Save the methods of Command-line study');
    expect(methods.bytes.toString('utf8')).toBe(await app.methods(runId));
    expect(problems).toEqual([]);
    expect(await foreignRequests()).toEqual([]);
  });
});
