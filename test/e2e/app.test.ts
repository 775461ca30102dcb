import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder, openApp } from './harness.ts';
import { follow, results } from './runs.ts';

declare global {
  interface Window {
    /** Put in by the test. */
    axe: typeof axe;
  }
}

const SMALL = {
  models: [{ id: 'toy-insecure.gguf' }],
  packs: ['toy'],
  formats: ['free', 'python'],
  samples: 1,
  seed: 5,
  judge: 'toy-judge.gguf',
};

/** Rules of WCAG 2.2 A and AA that the page breaks, with the places. */
async function broken(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  });
}

describe('the app, by hand', () => {
  test('one button runs the demo study; pause, reload and Resume go on where it was; cancel ends it', async () => {
    const { page, automation, problems } = await openApp();
    const app = await automation();
    await page.getByRole('button', { name: 'Run the demo study' }).click();
    await page.getByRole('heading', { name: 'Demo study' }).waitFor();
    await follow(app, ({ answered }) => answered >= 3);
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('main').getByRole('button', { name: 'Resume', exact: true }).waitFor();
    const { answered } = await app.progress();
    expect(answered).toBeGreaterThanOrEqual(3);

    await page.reload();
    const again = await automation();
    await page.getByRole('button', { name: /^Resume/ }).click();
    await follow(again, (now) => now.answered > answered);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await follow(again, ({ status }) => status === 'cancelled');
    expect(problems).toEqual([]);
  });

  test('reloaded in the middle and resumed has exactly the answers of an uninterrupted run', async () => {
    const whole = await (await openApp()).automation();
    const { runId: uninterrupted } = await whole.start(SMALL);
    await follow(whole);

    const { page, automation } = await openApp();
    const first = await automation();
    const { runId } = await first.start(SMALL);
    await follow(first, ({ answered }) => answered >= 5);
    await page.reload();
    const second = await automation();
    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: /^Resume/ }).click();
    await follow(second);
    expect(results(await second.exportRun(runId))).toEqual(results(await whole.exportRun(uninterrupted)));
  });

  test('a run exported here is imported there, and a damaged one changes nothing', async () => {
    const app = await (await openApp()).automation();
    const { runId } = await app.start({ ...SMALL, formats: ['free'] });
    await follow(app);
    const exported = await app.exportRun(runId);
    const folder = await newFolder('export');
    const good = path.join(folder, 'good.json');
    const bad = path.join(folder, 'bad.json');
    await writeFile(good, exported);
    await writeFile(bad, exported.slice(0, exported.length / 2));

    const { page, automation } = await openApp({ path: '/#/results' });
    const other = await automation();
    await page.locator('main input[type=file]').setInputFiles(bad);
    await page.getByText(/bad\.json: expected a run exported by Assay/).waitFor();
    await page.locator('main input[type=file]').setInputFiles(good);
    await page.getByRole('heading', { name: 'Command-line study' }).waitFor();
    expect(await other.exportRun(runId)).toBe(exported);
  });
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every screen is free of accessibility faults and of messages in the console', async () => {
    const { page, automation, problems } = await openApp({ colorScheme });
    const app = await automation();
    const { runId } = await app.start({ ...SMALL, formats: ['free'] });
    await follow(app);
    for (const screen of [
      '',
      'models',
      'packs',
      'run',
      'results',
      `results/${runId}`,
      `compare?runs=${runId}`,
      'device',
    ]) {
      await page.goto(`${new URL(page.url()).origin}/#/${screen}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await broken(page), screen).toEqual([]);
    }
    expect(problems).toEqual([]);
  });
});
