import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import App from '../App.svelte';
import { broken } from '../../test/fixtures/accessibility.ts';
import { fakeApp, type FakeParts } from '../../test/fixtures/app-state.ts';
import {
  aHardwareReport,
  aMeasurement,
  anAdapter,
  aReview,
  CONVERTED,
  LINKED,
} from '../../test/fixtures/models.ts';
import { A_SET, aFitness, aJudging, aJudgingReport } from '../../test/fixtures/judgings.ts';
import { aFileReview } from '../../test/fixtures/intake.ts';
import { aPack, fakeHash, TOY_MODELS } from '../../test/fixtures/study.ts';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

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

const TRIALS: FakeParts['judgings'] = {
  sets: [A_SET],
  judgings: [aJudging()],
  live: {
    judging: aJudging({ status: 'paused' }),
    ...{ done: 20, total: 80, elapsedMs: 4000, leftMs: undefined, stage: 'paused' },
  },
  report: () => Promise.resolve(aJudgingReport()),
  fitnessOf: aFitness,
  trialOf: aFitness,
};

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
  ['judges on trial', 'calibrate', { judgings: TRIALS }, ['Small set']],
  ['the report of a judge', 'calibrate/judging-1', { judgings: TRIALS }, ['The rule, and what it counts']],
  ['a rubric', 'calibrate/rubrics/toy', {}, ['Edit a copy']],
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
