import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { AppError, toAppError } from './core/errors.ts';
import { ENGINES } from './engines/index.ts';
import { ModelLibrary } from './models/library.ts';
import { keepAwake } from './platform/awake.ts';
import { askToPersist, copyText, privateFolder } from './platform/device.ts';
import { readHardware } from './platform/hardware.ts';
import { handOver } from './platform/hand-over.ts';
import { exclusively } from './platform/locks.ts';
import { freeBytes } from './platform/room.ts';
import { ruffScanner } from './scan/scanner.ts';
import { automation } from './state/automation-control.ts';
import type { AssayAutomation } from './state/automation.ts';
import { bundledCalibrations } from './state/bundled.ts';
import { Compare } from './state/compare.svelte.ts';
import { EnginePool } from './state/engines.ts';
import { Hardware } from './state/hardware.svelte.ts';
import { exactKeys } from './state/keys.ts';
import { Intake } from './state/intake.svelte.ts';
import { Judgings } from './state/judgings.svelte.ts';
import { Models } from './state/models.svelte.ts';
import { Packs } from './state/packs.svelte.ts';
import { Results } from './state/results.svelte.ts';
import { RunControl } from './state/run.svelte.ts';
import { Runs } from './state/runs.svelte.ts';
import { Turn } from './state/turn.ts';
import { worthOf } from './state/worth.ts';
import { openDatabase } from './storage/database.ts';
import { documentsInWorker } from './storage/documents.ts';
import { themeOf, type Theme } from './ui/theme.ts';

/** Where the choice of colours is kept; it is needed before the database is open. */
const THEME_KEY = 'assay-theme';

declare global {
  interface Window {
    assay?: AssayAutomation;
  }
}

const version = __APP_VERSION__;
const bundledUrl = `${import.meta.env.BASE_URL}models/`;
const now = (): number => Date.now();

const store = openDatabase({
  onBlocked: () => {
    run.report(
      new AppError('storage-blocked', 'another tab holds an older Assay open; close it to go on here'),
    );
  },
  onClosed: () => {
    run.report(
      new AppError('storage-closed', 'another tab has a newer Assay; reload this page to go on here'),
    );
  },
});
const newId = (): string => crypto.randomUUID();
const library = new ModelLibrary({
  ...{ root: privateFolder, bundledUrl, version, now, newId, exclusively, freeBytes },
  handles: store,
});
const models = new Models(store, library, now);
/** Reads what comes with the app, and is let go when it has. */
const atStart = documentsInWorker(version);
const packs = new Packs(store, atStart);
const pool = new EnginePool(ENGINES, models);
const turn = new Turn();
const hardware = new Hardware({ ...{ store, models, pool, turn, askToPersist, now }, read: readHardware });
const scan = ruffScanner();
const run = new RunControl({
  ...{ store, models, packs, pool, turn, hardware, version, now, exclusively, keepAwake },
  exactKey: exactKeys(bundledUrl),
  scan,
  newId,
});
const judgings = new Judgings({
  ...{ store, models, packs, pool, turn, hardware, version, now, exclusively, keepAwake, newId },
  exactKey: exactKeys(bundledUrl),
  scan,
  bundled: () => bundledCalibrations((text, file) => atStart.calibration(text, file)),
});
const runs = new Runs(
  store,
  now,
  async () => {
    await Promise.all([packs.refresh(), judgings.refresh()]);
  },
  (judge) => worthOf(judgings, judge),
);
const intake = new Intake({
  ...{ store, documents: documentsInWorker(version) },
  packs: () => packs.packs,
  onKept: async () => {
    await Promise.all([packs.refresh(), runs.refresh(), judgings.refresh()]);
  },
});
const results = new Results(store);
const compare = new Compare(store);

run.listen((event) => {
  runs.hear(event);
  results.hear(event);
});

async function open(): Promise<void> {
  await Promise.all([models.open(), packs.open(), run.open()]);
  await Promise.all([runs.refresh(), judgings.open()]);
  atStart.stop();
  await askToPersist();
  await hardware.open();
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html: expected an element #app, got none');
const opened = open();
opened.catch((thrown: unknown) => {
  run.report(toAppError(thrown));
});
window.assay = automation({
  ...{ version, opened, models, packs, intake, run, runs },
  handed: handOver(),
});
const theme = themeOf(localStorage.getItem(THEME_KEY));
const ontheme = (chosen: Theme): void => {
  localStorage.setItem(THEME_KEY, chosen);
};
const app = { version, models, packs, intake, run, runs, results, compare, hardware, judgings };
mount(App, { target, props: { app, copy: copyText, theme, ontheme } });
