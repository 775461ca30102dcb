import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { ensureChromium } from './install-chromium.ts';
import { messageOf, run, runNode } from './process.ts';

interface Step {
  readonly name: string;
  readonly run: (env: Env, report: string) => Promise<number>;
}
type Env = Readonly<Record<string, string | undefined>>;

/** npm names itself to what it runs, so that it is found without a shell on every system. */
function npmRun(script: string): Step['run'] {
  const npm = process.env['npm_execpath'];
  const args = ['run', '--silent', script];
  return (env) =>
    npm === undefined ? run('npm', args, { env }) : run(process.execPath, [npm, ...args], { env });
}

const STEPS: readonly Step[] = [
  { name: 'format and lint', run: npmRun('lint') },
  { name: 'types', run: npmRun('types') },
  { name: 'build', run: npmRun('build') },
  {
    name: 'tests',
    run: (env, report) =>
      runNode(
        'vitest/vitest.mjs',
        ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        { env },
      ),
  },
];

const REPORT = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(v.object({ status: v.string(), assertionResults: v.array(v.unknown()) })),
});

/** The line of totals. A file that failed before it had any test is one failure, errors outside of all tests are too. */
async function totals(report: string, allWell: boolean): Promise<string> {
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return '0 passed, 1 failed';
  const result = v.parse(REPORT, JSON.parse(text));
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = Math.max(result.numFailedTests + broken.length, allWell ? 0 : 1);
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) console.log(`${skipped} skipped`);
  return `${result.numPassedTests} passed, ${failed} failed`;
}

async function timed(step: Step, env: Env, report: string): Promise<boolean> {
  const startMs = performance.now();
  console.log(`== ${step.name}`);
  const status = await step.run(env, report);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    status === 0
      ? `== ${step.name}: ok, ${seconds} s`
      : `== FAILED: ${step.name} (status ${status}), ${seconds} s`,
  );
  return status === 0;
}

/** Everything that must hold, in order of cost; stops at the first that does not. Resolves with the exit status. */
async function main(report: string): Promise<number> {
  const chromium = await ensureChromium();
  console.log(`browser: ${chromium}`);
  for (const step of STEPS) {
    const passed = await timed(step, { ASSAY_CHROMIUM: chromium }, report);
    if (step.name === 'tests') console.log(await totals(report, passed));
    if (!passed) return 1;
  }
  return 0;
}

const folder = await mkdtemp(path.join(tmpdir(), 'assay-test-'));
try {
  process.exitCode = await main(path.join(folder, 'report.json'));
} catch (thrown) {
  console.error(`test: ${messageOf(thrown)}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
