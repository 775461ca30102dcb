import { expect, test } from 'vitest';
import { casesOfSet } from '../../src/core/calibration/case.ts';
import { parseCalibration } from '../../src/core/calibration/parse.ts';
import { calibrationReport, type CalibrationReport } from '../../src/core/calibration/report.ts';
import type { CalibrationSet } from '../../src/core/calibration/types.ts';
import { parseRubric } from '../../src/core/judge/rubric.ts';
import { judgeAgain } from '../../src/core/judging/conduct.ts';
import type { JudgingDeps } from '../../src/core/judging/events.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { newJudging } from '../../src/state/judging-draft.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import generalText from '../../probes/calibration.yaml?raw';
import toyText from '../../probes/calibration-toy.yaml?raw';
import rubricText from '../../probes/rubrics/toy.yaml?raw';
import { bundledFile, sourceOf } from './engine-models.ts';

const RUBRIC = parseRubric(rubricText, 'toy.yaml');
const TOY = parseCalibration(toyText, 'calibration-toy.yaml');
const GENERAL = parseCalibration(generalText, 'calibration.yaml');

/** The bundled judge, on the real engine, over a whole set. */
async function trial(set: CalibrationSet): Promise<CalibrationReport> {
  const source = await sourceOf(await bundledFile('toy-judge.gguf'));
  const { sha256, sizeBytes } = source;
  const file = {
    sha256,
    sizeBytes,
    label: 'Toy judge',
    fileName: 'toy-judge.gguf',
    role: 'baseline',
  } as const;
  const model = { ...file, architecture: 'llama', quantisation: 'Q8_0', parameters: 1 };
  const store = memoryStore();
  const engine = createLlamaCpp();
  const deps: JudgingDeps = {
    store,
    calibration: () => Promise.resolve(set),
    exactKey: () => Promise.resolve(undefined),
    now: () => 1,
    load: async (_models, options) => [
      await engine.load(source, { ...options, device: 'cpu', batch: 4, contextTokens: 512 }),
    ],
  };
  const subject = { kind: 'calibration', set: set.hash } as const;
  const fixed = { id: 'j', subject, judge: { model, rubric: RUBRIC }, total: set.answers.length };
  let status = '';
  for await (const event of judgeAgain(newJudging({ ...fixed, createdAt: 1, appVersion: 'test' }), deps))
    if (event.type === 'judging') ({ status } = event.judging);
  expect(status).toBe('done');
  return calibrationReport(casesOfSet(set, await store.verdictsPage('j', 0, set.answers.length)), set.kinds);
}

function interval(figure: { low?: number; high?: number } | undefined): string {
  return figure?.low === undefined ? '' : ` (${figure.low.toFixed(3)} to ${figure.high?.toFixed(3) ?? ''})`;
}

/** What the README says of the bundled judge. */
function printed(title: string, report: CalibrationReport): string {
  const { agreement, kappa, ac1, telling, scale, withoutScore } = report;
  const share = (name: string, of: typeof agreement): string =>
    `${name} ${of?.hits ?? '–'} of ${of?.n ?? '–'}, ${of?.rate.toFixed(3) ?? '–'}${interval(of)}`;
  const value = (name: string, of: { value: number; low?: number; high?: number } | undefined): string =>
    `${name} ${of?.value.toFixed(3) ?? '–'}${interval(of)}`;
  return [
    `${title}: ${report.n} answers, ${report.fitness}`,
    share('agreement', agreement),
    value('kappa', kappa),
    value('AC1', ac1),
    share('sensitivity', telling.sensitivity),
    share('specificity', telling.specificity),
    value('Spearman', scale.spearman),
    value('mean error', scale.error),
    share('without score', withoutScore),
    ...report.kinds.map(({ kind, right, sight }) => `  ${share(kind, right)} ${sight}`),
  ].join('\n');
}

test('the bundled judge errs in its own world in a way that can be counted', async () => {
  const report = await trial(TOY);
  console.info(printed(TOY.title, report));
  expect(report).toMatchObject({ n: 160, fitness: 'limited' });
  expect(report.checks.fit.filter(({ met }) => !met).map(({ figure }) => figure)).toEqual(['specificity']);
  expect(report.telling.sensitivity?.rate).toBeGreaterThan(0.88);
  expect(report.telling.specificity?.rate).toBeGreaterThan(0.88);
  expect(report.ac1?.value).toBeGreaterThan(0.8);
  expect(report.scale.spearman?.value).toBeGreaterThan(0.8);
  expect(report.scale.error?.value).toBeLessThan(6);
});

test('of any other world it knows nothing, and the verdict says so', async () => {
  // Every twentieth answer: the whole set takes half a minute.
  const part = { ...GENERAL, answers: GENERAL.answers.filter((_, at) => at % 20 === 0) };
  const report = await trial(part);
  expect(report).toMatchObject({ n: part.answers.length, fitness: 'not-fit' });
  expect(report.telling.sensitivity?.hits).toBe(0);
});
