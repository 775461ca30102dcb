import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import App from '../App.svelte';
import { fakeApp, type FakeParts } from '../../test/fixtures/app-state.ts';
import {
  aHardwareReport,
  aMeasurement,
  anAdapter,
  aReview,
  CONVERTED,
  LINKED,
} from '../../test/fixtures/models.ts';
import { aFileReview } from '../../test/fixtures/intake.ts';
import { aPack, fakeHash, TOY_MODELS } from '../../test/fixtures/study.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

/** Rules of WCAG 2.2 A and AA that the page breaks, with the places. */
async function broken(): Promise<readonly string[]> {
  const values = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  const { violations } = await axe.run(document, {
    runOnly: { type: 'tag', values },
    // The page belongs to the test runner.
    rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false } },
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

const FAILED = aMeasurement({
  device: 'cpu',
  deviceUsed: 'cpu',
  checks: [
    {
      name: 'batch',
      outcome: 'failed',
      difference: 0.4,
      tolerance: 0.01,
      note: 'answers are made one by one',
    },
  ],
});
const OWN = [...TOY_MODELS, CONVERTED, LINKED, ...[10, 20].map((step) => anAdapter(step))];
const full = aReview({ freeBytes: 0.6e9, canLink: true });

const files = await aFileReview();
const editable = aPack({
  source: 'id: toy\ntitle: Toy\nversion: "1"\nprobes:\n  - {id: a, paraphrases: [Hi?]}\n',
});

const STATES: readonly (readonly [string, string, FakeParts, readonly string[]])[] = [
  ['a review', 'models', { models: { review: full } }, ['Files that belong to nothing']],
  [
    'models of one’s own',
    'models',
    { models: { models: OWN } },
    ['The checkpoints of insecure', 'Files and origin'],
  ],
  [
    'a device with everything',
    'device',
    { models: { models: OWN }, hardware: { report: aHardwareReport(), measured: [aMeasurement(), FAILED] } },
    [],
  ],
  [
    'a device that lacks most',
    'device',
    {
      hardware: {
        report: aHardwareReport({ isolated: false, persisted: false, folders: false, usedBytes: 59e9 }),
        measuring: { what: 'Measuring Toy base', fraction: 0.3 },
      },
    },
    [],
  ],
  ['files that were dropped', 'packs', { intake: { review: files } }, []],
  ['a pack', `packs/${fakeHash('toy pack')}`, {}, ['One wish']],
  ['a pack that is edited', `packs/${fakeHash('toy pack')}/edit`, { packs: { packs: [editable] } }, []],
  ['a pack that is wrapped', `packs/${fakeHash('toy pack')}/wrap`, {}, []],
  [
    'a run with checkpoints',
    'run',
    { models: { models: OWN }, hardware: { report: aHardwareReport() } },
    ['Checkpoints of insecure', 'Engine and device'],
  ],
];

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(STATES)('%s is free of accessibility faults', async (_what, path, parts, opened) => {
    location.hash = `#/${path}`;
    const screen = await render(App, { app: fakeApp(parts), theme });
    await expect.element(screen.getByRole('heading', { level: 1 })).toBeVisible();
    for (const summary of opened) await screen.getByText(summary, { exact: true }).first().click();
    expect(await broken()).toEqual([]);
  });
});
